//! Why something was not done.

use chassis::client::ClientError;
use chassis::turns::Crowded;

use crate::domain::{Invalid, Own};
use crate::iam::NoUser;

/// Why something was not done. Whatever the reason, nothing was.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no such thing, or it is not for the caller to know of. Nobody can tell which.
    #[error("no such thing")]
    Hidden,
    /// Too much is being changed at once, by the caller or of the organization.
    #[error(transparent)]
    Crowded(#[from] Crowded),
    /// The caller may see the organization and does not administer it.
    #[error("not an administrator of the organization")]
    NotAdministrator,
    /// The caller would have changed what they are themselves granted.
    #[error(transparent)]
    Own(#[from] Own),
    /// It is not the version that the caller saw.
    #[error("changed meanwhile")]
    Outdated,
    /// The user has an active employment by the organization.
    #[error("already employed")]
    AlreadyEmployed,
    /// The organization still has people, teams or places.
    #[error("not empty")]
    NotEmpty,
    /// There are as many of this as there may be.
    #[error("at the limit: {0}")]
    LimitReached(&'static str),
    /// The input makes no sense.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Another service could not be asked.
    #[error(transparent)]
    Unavailable(ClientError),
    /// The request was made before, and is not to be made again like this.
    #[error(transparent)]
    Repeated(#[from] idempotency::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

impl From<NoUser> for Failure {
    fn from(reason: NoUser) -> Self {
        match reason {
            NoUser::Invalid(invalid) => Self::Invalid(invalid),
            NoUser::Unavailable(error) => Self::Unavailable(error),
        }
    }
}
