//! What can be done here: one file for each use case.

mod evaluate;
mod feeder;
mod inquiry;
mod knowledge;
mod law;
mod search;

use outbox::ConsistencyToken;
use pdp::{Cursors, InvalidTerm, Refused, Unfit};

pub use evaluate::{Evaluated, Explain};
pub use feeder::Feeder;
pub use inquiry::{Deed, Inquiry, Thing};
pub use knowledge::{Knowledge, Known, Live};
pub use law::Lawful;
pub use search::{Condition, Found, LARGEST, Looking, Sought};

/// The use cases, and what they need.
#[derive(Debug)]
pub struct App {
    knowledge: Knowledge,
    cursors: Cursors,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
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
    /// By the policies no list of this attribute's values says what may be done.
    #[error("{0}")]
    NoCondition(String),
    /// What is known is not as fresh as it was asked for.
    #[error("{0}")]
    NotFresh(String),
    /// What is known is no reason to say no, and too little or too old to say yes.
    #[error("undecided: {0}")]
    Undecided(String),
    /// What is known does not fit the policies any more.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl App {
    /// With this knowledge.
    #[must_use]
    pub const fn new(knowledge: Knowledge, cursors: Cursors) -> Self {
        Self { knowledge, cursors }
    }

    /// Policies and facts.
    #[must_use]
    pub const fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// What is known, at least as fresh as this asks for: to be taken once for all that belongs together.
    ///
    /// # Errors
    ///
    /// When it is not so fresh in time, or too old.
    pub async fn known(&self, freshness: &ConsistencyToken) -> Result<Known<'_>, Unanswered> {
        self.knowledge.now(freshness).await
    }
}
