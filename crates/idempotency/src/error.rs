//! Why a request with a key is not carried out.

use chassis::problem::Problem;
use database::is_outage;
use thiserror::Error;

/// Why a request with a key is not carried out.
#[derive(Debug, Error)]
pub enum Error {
    /// The first request with this key has no outcome yet.
    #[error("the key is in use")]
    InFlight,
    /// The key was used for another body.
    #[error("the key was used for another body")]
    OtherBody,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// Body or outcome is no JSON, or an outcome of another kind.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

chassis::problems! {
    in "../../docs/problems";

    /// The first request with this key has no outcome yet.
    pub(crate) IN_FLIGHT = 409 "idempotency-key-in-flight";
    /// The key was used for another body.
    pub(crate) REUSED = 422 "idempotency-key-reused";
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::InFlight => Self::new(&IN_FLIGHT).retry_after(1),
            Error::OtherBody => Self::new(&REUSED),
            Error::Database(error) if is_outage(&error) => Self::unavailable(error),
            Error::Database(error) => Self::internal(error),
            Error::Json(error) => Self::internal(error),
        }
    }
}
