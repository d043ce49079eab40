//! The ways to fail, and which problem each is answered with.

use chassis::problem::{FieldError, PRECONDITION_FAILED, Problem, TOO_MANY_REQUESTS};
use database::is_outage;

use crate::app::Failure;
use crate::domain::Invalid;

chassis::problems! {
    in "../../docs/problems";

    /// The caller's application roles do not allow it.
    pub NOT_A_PLATFORM_ADMINISTRATOR = 403 "not-a-platform-administrator";
    /// The caller is nobody's employee.
    pub NOT_AN_EMPLOYEE = 403 "not-an-employee";
    /// The caller does not administer the organization.
    pub NOT_AN_ADMINISTRATOR = 403 "not-an-administrator";
    /// The caller would have changed what they are themselves granted.
    pub OWN_GRANTS = 403 "own-grants";
    /// The user has an active employment by the organization.
    pub ALREADY_EMPLOYED = 409 "already-employed";
    /// The organization still has people, teams or places.
    pub NOT_EMPTY = 409 "not-empty";
    /// There are as many as there may be.
    pub LIMIT_REACHED = 409 "limit-reached";
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Hidden => Self::not_found(),
            Failure::Crowded(_) => Self::new(&TOO_MANY_REQUESTS).retry_after(1),
            Failure::NotAdministrator => Self::new(&NOT_AN_ADMINISTRATOR),
            Failure::Own(_) => Self::new(&OWN_GRANTS),
            Failure::Outdated => Self::new(&PRECONDITION_FAILED),
            Failure::AlreadyEmployed => Self::new(&ALREADY_EMPLOYED),
            Failure::NotEmpty => Self::new(&NOT_EMPTY),
            Failure::LimitReached(of) => Self::new(&LIMIT_REACHED).detail(of),
            Failure::Invalid(invalid) => invalid.into(),
            Failure::Unavailable(error) => error.into(),
            Failure::Repeated(error) => error.into(),
            Failure::Store(error) if is_outage(&error) => Self::unavailable(error),
            Failure::Store(error) => Self::internal(error),
        }
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::invalid_fields(vec![FieldError::new(invalid.field, invalid.detail)])
    }
}
