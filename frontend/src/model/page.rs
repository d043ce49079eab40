//! One page of a list.

use serde::Deserialize;

/// Some items, and how to ask for more.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// In the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page; none after the last.
    pub next_page: Option<String>,
}
