//! How this service fails, beyond what every service does.

use chassis::problem::{Problem, TOO_MANY_REQUESTS};

use crate::app::{Failure, InviteError, UserError};
use crate::domain::user::Guarded;

chassis::problems! {
    /// The caller is no administrator, or none any more.
    pub NOT_AN_ADMINISTRATOR = 403 "not-a-user-administrator";
    /// Nobody changes their own roles.
    pub OWN_ROLES = 403 "own-application-roles";
    /// There is a user of this address.
    pub EMAIL_TAKEN = 409 "email-taken";
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        if let Failure::Crowded = failure {
            Self::new(&TOO_MANY_REQUESTS).retry_after(1)
        } else if failure.passes() {
            Self::unavailable(anyhow::Error::new(failure))
        } else {
            Self::internal(anyhow::Error::new(failure))
        }
    }
}

impl From<Guarded> for Problem {
    fn from(guarded: Guarded) -> Self {
        Self::new(match guarded {
            Guarded::NotAnAdministrator => &NOT_AN_ADMINISTRATOR,
            Guarded::Oneself => &OWN_ROLES,
        })
    }
}

impl From<UserError> for Problem {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Guarded(guarded) => guarded.into(),
            UserError::Unknown => Self::not_found(),
            UserError::Outdated => Self::new(&chassis::problem::PRECONDITION_FAILED),
            UserError::Failure(failure) => failure.into(),
        }
    }
}

impl From<InviteError> for Problem {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::NotAnAdministrator => Self::new(&NOT_AN_ADMINISTRATOR),
            InviteError::Taken => Self::new(&EMAIL_TAKEN),
            InviteError::Repeated(repeated) => repeated.into(),
            InviteError::Failure(failure) => failure.into(),
        }
    }
}
