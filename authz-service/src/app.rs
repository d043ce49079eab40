//! What can be done here: one file for each use case.

mod evaluate;
mod inquiry;
mod search;

use std::sync::Arc;

use pdp::{Cursors, Engine, InvalidTerm, Unfit, View};

pub use evaluate::Evaluated;
pub use inquiry::{Deed, Inquiry, Thing};
pub use search::{Found, LARGEST, Looking, Sought};

/// The use cases, and what they need.
#[derive(Debug)]
pub struct App {
    engine: Engine,
    cursors: Cursors,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// The schema knows no such question.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// Something in it has no value that policies know.
    #[error("{of}: {why}")]
    Term {
        /// Of what it was said.
        of: &'static str,
        /// Why it is none.
        why: InvalidTerm,
    },
    /// The token was made for no such search, or for other policies, or by nobody here.
    #[error("the page's token is not one of this search")]
    Cursor,
}

impl App {
    /// With these policies and facts.
    #[must_use]
    pub const fn new(engine: Engine, cursors: Cursors) -> Self {
        Self { engine, cursors }
    }

    /// What is known at this moment: to be taken once for all that belongs together.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        self.engine.view()
    }
}
