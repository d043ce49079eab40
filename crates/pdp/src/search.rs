//! Searching: not *may they*, but *who may*, *what may they*, and *by what can a list be filtered*.

mod back;
mod candidates;
mod cursor;
mod prepare;
mod run;

use std::sync::Arc;

pub use self::cursor::{Cursors, InvalidCursor};
use crate::fact::{Fields, Uid};
use crate::question::Unfit;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Principals of this type that may do it to the known resource.
    Principals {
        /// The type.
        kind: String,
    },
    /// Resources of this type to which the known principal may do it.
    Resources {
        /// The type.
        kind: String,
    },
    /// Values of this attribute that let the known principal do it to a resource of this type: a condition for a list
    /// that somebody else keeps, on a column that they have.
    Values {
        /// The resources' type.
        kind: String,
        /// The attribute by which the policies know them.
        attribute: String,
    },
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What is looked for.
    pub wanted: Wanted,
    /// The other one: the resource, if principals are wanted, or else the principal.
    pub known: Uid,
    /// What it does, or what is done to it.
    pub action: Uid,
    /// Under which circumstances.
    pub context: Fields,
    /// Attributes of the known one for which whoever asks can vouch. They stand before what is known.
    pub vouched: Fields,
    /// How many to find, at most.
    pub limit: usize,
    /// How many to try, at most. More than `limit`, where not everything that is tried is found.
    pub tries: usize,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// What was found, in the order of types and ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Exactly those for which the answer is yes. It may be fewer than were asked for, and there may yet be more: then
    /// as many as were allowed were tried.
    pub found: Vec<Uid>,
    /// Where to go on, if there may be more.
    pub next: Option<String>,
    /// Whether the policies led to the ones that were tried. If not, everything of the type is.
    pub led: bool,
    /// How many were tried for this page.
    pub tried: usize,
    /// The digest of the policies that were asked.
    pub version: Arc<str>,
    /// The revision of the facts that they were asked about.
    pub revision: u64,
}

/// Why nothing was searched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsearched {
    /// The schema knows no such question.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The cursor is none, or of another search, or of another version of the policies.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// The answer depends on more than this attribute, or does not depend on it at all.
    #[error("by the policies no list of values of {0} says which resources may be seen")]
    NoCondition(String),
}
