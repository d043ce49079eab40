use chassis::problem::{FieldError, PRECONDITION_FAILED, Problem};
use database::is_outage;

use crate::app::Refusal;
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

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Hidden => Self::not_found(),
            Refusal::NotAdministrator => Self::new(&NOT_AN_ADMINISTRATOR),
            Refusal::Own(_) => Self::new(&OWN_GRANTS),
            Refusal::Outdated => Self::new(&PRECONDITION_FAILED),
            Refusal::AlreadyEmployed => Self::new(&ALREADY_EMPLOYED),
            Refusal::NotEmpty => Self::new(&NOT_EMPTY),
            Refusal::LimitReached(of) => Self::new(&LIMIT_REACHED).detail(of),
            Refusal::Invalid(invalid) => invalid.into(),
            Refusal::Unavailable(error) => error.into(),
            Refusal::Repeated(error) => error.into(),
            Refusal::Store(error) if is_outage(&error) => Self::unavailable(error),
            Refusal::Store(error) => Self::internal(error),
        }
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::invalid_fields(vec![FieldError::new(invalid.field, invalid.detail)])
    }
}
