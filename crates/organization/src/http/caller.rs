//! Who asks.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use chassis::auth::{User, Verifier};
use chassis::problem::Problem;
use chassis::turns::Turn;

use crate::app::{Failure, Lines};

/// A person, signed in, whose turn it is until this is dropped: the first parameter of every handler for people.
///
/// Whether they read or change, whether a connection is needed for it or iam-service is asked, all of that comes after
/// the line.
#[derive(Debug)]
pub struct Caller {
    user: User,
    _turn: Turn,
}

impl Deref for Caller {
    type Target = User;

    fn deref(&self) -> &User {
        &self.user
    }
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Arc<Verifier>: FromRef<S>,
    Lines: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let user = User::from_request_parts(parts, state).await?;
        let turn = Lines::from_ref(state).by(user.id).await;
        Ok(Self {
            user,
            _turn: turn.map_err(Failure::from)?,
        })
    }
}
