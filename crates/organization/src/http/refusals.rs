//! What a change may be refused for, whatever it changes: for the documents of handlers, beside what is their own. Nothing
//! is ever made of these types; what is answered is a problem.

use utoipa::IntoResponses;

/// Making something new.
#[derive(Debug, IntoResponses)]
pub enum Creation {
    /// The caller asks for too much at once, or too much of the organization is being changed.
    #[response(status = 429)]
    TooMuch,
}

/// Changing something that there is.
#[derive(Debug, IntoResponses)]
pub enum Change {
    /// Changed meanwhile.
    #[response(status = 412)]
    Meanwhile,
    /// The caller asks for too much at once, or too much of the organization is being changed.
    #[response(status = 429)]
    TooMuch,
}

/// Changing what somebody holds.
#[derive(Debug, IntoResponses)]
pub enum Employee {
    /// Not an administrator of the organization, or oneself.
    #[response(status = 403)]
    Forbidden,
    /// No such employee for the caller.
    #[response(status = 404)]
    Unknown,
}
