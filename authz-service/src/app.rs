//! What can be done here: one file for each use case.

mod administration;
mod comparison;
mod evaluate;
mod examination;
mod exceptions;
mod feeder;
mod inquiry;
mod journal;
mod knowledge;
mod law;
mod queue;
mod recorded;
mod recorder;
mod replay;
mod search;

use outbox::ConsistencyToken;
use pdp::{Cursors, InvalidTerm, Refused, Unfit};

pub use administration::{Administration, Rejected};
pub use comparison::{Comparison, Difference, Said, TOLD};
pub use evaluate::{Evaluated, Explain};
pub use examination::Examiner;
pub(crate) use examination::examine_here;
pub use feeder::Feeder;
pub use inquiry::{Act, Inquiry, Thing};
pub use journal::{Journal, OUTCOMES};
pub use knowledge::{Knowledge, Known, Live, NotTakenIn};
pub use law::Lawful;
pub use recorder::{Keeping, Recorder, Retention};
pub use replay::{Replay, Replayed, Tally};
pub use search::{Condition, Found, LARGEST, Looking, Sought};

/// The use cases, and what they need.
#[derive(Debug)]
pub struct App {
    knowledge: Knowledge,
    cursors: Cursors,
    journal: Option<Journal>,
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
    /// With this knowledge; what is decided is noted where there is a journal.
    #[must_use]
    pub const fn new(knowledge: Knowledge, cursors: Cursors, journal: Option<Journal>) -> Self {
        Self {
            knowledge,
            cursors,
            journal,
        }
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
    pub async fn known(&self, freshness: &ConsistencyToken) -> Result<Known, Unanswered> {
        self.knowledge.now(freshness).await
    }
}
