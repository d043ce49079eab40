//! Why a call brought no answer.

use ::http::StatusCode;
use thiserror::Error;

use crate::problem::{NOT_FRESH_ENOUGH, Problem, ProblemBody, TOO_MANY_REQUESTS, UNAVAILABLE};

/// Why there is no [`Reply`](super::Reply).
#[derive(Debug, Clone, Error)]
pub enum ClientError {
    /// Nothing is known: whether it was done, whether it would be allowed.
    #[error("{service} is unavailable: {cause}")]
    Unavailable {
        /// Who did not answer.
        service: String,
        /// What happened, for the log.
        cause: String,
    },
    /// Nothing is known either, though the other service is well: it knows less than the call's
    /// `Consistency-Token` asks for, or than it takes to decide. No failure of its own, or anybody could have it called off
    /// by asking for what will never be.
    #[error("{service} does not know enough, or not yet")]
    Behind {
        /// Who does not.
        service: String,
    },
    /// It was not done, for too many ask for the same at once. No failure of the other service either, or one who asks
    /// for much would have it called off for everybody.
    #[error("too many ask {service} for the same")]
    Crowded {
        /// Who is asked too often.
        service: String,
    },
    /// Nothing is known either, though it was answered: there is more to tell than is read. No failure of the other
    /// service, or whoever has much to be told would have it called off for everybody. Less can be asked for at once.
    #[error("{service} has more to tell than is read")]
    TooLarge {
        /// Who has.
        service: String,
    },
    /// The other service understood, and definitely said no.
    #[error("{service} refused with {status}")]
    Refused {
        /// Who said no.
        service: String,
        /// How.
        status: StatusCode,
        /// And why.
        problem: Option<Box<ProblemBody>>,
    },
}

impl ClientError {
    /// The refusal's type, by the last part of its address.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        match self {
            Self::Refused {
                problem: Some(problem),
                ..
            } => Some(problem.slug()),
            _ => None,
        }
    }
}

/// A refusal that the caller did not expect is a failure of ours: it asked wrongly.
impl From<ClientError> for Problem {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Unavailable { .. } | ClientError::TooLarge { .. } => {
                tracing::warn!(%error, "unavailable");
                Problem::new(&UNAVAILABLE).retry_after(1)
            }
            ClientError::Behind { .. } => Self::new(&NOT_FRESH_ENOUGH).retry_after(1),
            ClientError::Crowded { .. } => Self::new(&TOO_MANY_REQUESTS).retry_after(1),
            ClientError::Refused { .. } => Problem::internal(error),
        }
    }
}
