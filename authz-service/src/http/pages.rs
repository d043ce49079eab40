//! Pages of what was found.

use chassis::problem::{MALFORMED, Problem};
use pdp::Uid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::grounds::Grounds;
use crate::app::{Found, Known, LARGEST, Looking};

/// What a page holds where nobody says how much.
const USUAL: usize = 100;

/// Which page is asked for.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct Turn {
    /// Where the page before ended: its `next_token`.
    token: Option<String>,
    /// How much it shall hold at most; 100, if nobody says.
    #[schema(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

impl Turn {
    pub(super) fn looking(self) -> Result<Looking, Problem> {
        let limit = self.limit.unwrap_or(USUAL);
        if limit == 0 {
            let problem = Problem::new(&MALFORMED);
            return Err(problem.detail("page.limit: a page holds at least one."));
        }
        Ok(Looking {
            limit: limit.min(LARGEST),
            token: self.token.filter(|token| !token.is_empty()),
        })
    }
}

/// A part of what was found. It may be short, or empty, and still not be the last.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Results<T> {
    #[serde(rename = "results")]
    found: Vec<T>,
    page: Page,
    context: Grounds,
}

#[derive(Debug, Serialize, ToSchema)]
struct Page {
    /// Where the next one begins; empty, if this is the last.
    next_token: String,
    /// How many are on this one.
    count: usize,
}

/// A subject or a resource that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Named {
    r#type: String,
    id: String,
}

/// An action that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NamedAction {
    name: String,
}

impl From<Uid> for Named {
    fn from(uid: Uid) -> Self {
        Self {
            r#type: uid.kind,
            id: uid.id,
        }
    }
}

impl From<Uid> for NamedAction {
    fn from(uid: Uid) -> Self {
        let plain = uid.kind == "Action";
        Self {
            name: if plain { uid.id } else { uid.to_string() },
        }
    }
}

impl<T: From<Uid>> Results<T> {
    /// What was found in what is known.
    pub(super) fn new(found: Found, known: &Known) -> Self {
        Self {
            page: Page {
                next_token: found.next.unwrap_or_default(),
                count: found.found.len(),
            },
            found: found.found.into_iter().map(T::from).collect(),
            context: known.into(),
        }
    }
}
