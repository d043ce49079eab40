//! One page of a list.

use serde::Deserialize;

/// Some items, and how to ask for more. A page may be short, or empty, and still not be the last.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// In the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page; none after the last.
    pub next_page: Option<String>,
    /// Those in between, by id, that are there and cannot be told now.
    #[serde(default)]
    pub undecided: Vec<String>,
    /// How old what it rests on was when it came, in seconds. That stands beside the page, in `Age`.
    #[serde(skip)]
    pub age: u32,
}

impl<T> Page<T> {
    /// As many pages, from this cursor on, as hold `wanted` items; at least one item, if there is any.
    ///
    /// # Errors
    ///
    /// When one of the pages could not be read.
    pub async fn gather<E>(
        cursor: Option<&str>,
        wanted: usize,
        read: impl AsyncFn(Option<&str>) -> Result<Self, E>,
    ) -> Result<Self, E> {
        let mut whole = read(cursor).await?;
        while whole.items.len() < wanted.max(1)
            && let Some(cursor) = whole.next_page.take()
        {
            let more = read(Some(&cursor)).await?;
            whole.items.extend(more.items);
            whole.undecided.extend(more.undecided);
            whole.next_page = more.next_page;
            whole.age = whole.age.max(more.age);
        }
        Ok(whole)
    }
}
