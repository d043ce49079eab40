//! Why a token is not believed, or not enough.

use std::fmt;

use ::http::{HeaderValue, header};

use crate::problem::{INSUFFICIENT_SCOPE, INVALID_TOKEN, Problem, UNAVAILABLE};

/// Why a token is not believed. The client learns only that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// There is none.
    Missing,
    /// It fails this check.
    Invalid(&'static str),
    /// The issuer's keys could not be had, so nothing can be said about it.
    NoKeys,
}

impl Rejection {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Invalid(reason) => reason,
            Self::NoKeys => "no keys",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl std::error::Error for Rejection {}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        // RFC 6750: who sent no token is told no error.
        let challenge = match rejection {
            Rejection::NoKeys => return Problem::new(&UNAVAILABLE).retry_after(1),
            Rejection::Missing => "Bearer",
            Rejection::Invalid(_) => "Bearer error=\"invalid_token\"",
        };
        Problem::new(&INVALID_TOKEN).header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(challenge),
        )
    }
}

/// The client was not granted this scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the client lacks the scope {0}")]
pub struct MissingScope(pub &'static str);

impl From<MissingScope> for Problem {
    /// RFC 6750: 403, naming the scope.
    fn from(MissingScope(scope): MissingScope) -> Self {
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
        let problem = Self::new(&INSUFFICIENT_SCOPE).with("scope", scope);
        match HeaderValue::from_str(&challenge) {
            Ok(value) => problem.header(header::WWW_AUTHENTICATE, value),
            Err(_) => problem,
        }
    }
}
