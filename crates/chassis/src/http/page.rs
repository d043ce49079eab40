//! Lists in pages.
//!
//! A page ends where the next begins: its cursor is the key of its last item, not a number of
//! items to skip, so that what is added or removed meanwhile neither repeats an item nor loses
//! one. A cursor grants nothing: the next page is authorized like the first.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to send as `page` for the next part; null at the end.
    #[schema(required)]
    pub next_page: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` rows of which one more were read, so as to know of a next page.
    pub fn of<K: Serialize>(mut rows: Vec<T>, limit: usize, key: impl Fn(&T) -> K) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_page = rows
            .last()
            .filter(|_| more)
            .map(|last| Cursor::write(&key(last)));
        Self {
            items: rows,
            next_page,
        }
    }

    /// The same page of something else.
    pub fn map<U>(self, item: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(item).collect(),
            next_page: self.next_page,
        }
    }
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// The previous part's `nextPage`.
    pub page: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<u16>,
}

impl Paging {
    /// The key after which the page begins.
    ///
    /// # Errors
    ///
    /// When the cursor is none of ours.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        self.page.as_deref().map(Cursor::read).transpose()
    }

    /// How many items the page has at most.
    ///
    /// # Errors
    ///
    /// When it is none or more than a hundred.
    pub fn limit(&self) -> Result<usize, Problem> {
        match self.limit.unwrap_or(50) {
            limit @ 1..=100 => Ok(usize::from(limit)),
            _ => Err(Problem::invalid("limit", "must be between 1 and 100")),
        }
    }
}

/// Keys as opaque text.
#[derive(Debug)]
pub struct Cursor;

impl Cursor {
    /// Writes a key.
    pub fn write(key: &impl Serialize) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
    }

    /// Reads a key.
    ///
    /// # Errors
    ///
    /// When the text is none of ours.
    pub fn read<K: DeserializeOwned>(text: &str) -> Result<K, Problem> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|json| serde_json::from_slice(&json).ok())
            .ok_or_else(|| Problem::invalid("page", "is not a page of this list"))
    }
}
