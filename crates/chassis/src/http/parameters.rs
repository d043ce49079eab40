//! What the address says: path and query.

use ::http::request::Parts;
use axum::extract::{
    FromRequestParts,
    path::ErrorKind,
    rejection::{PathRejection, QueryRejection},
};
use serde::de::DeserializeOwned;

use crate::problem::{MALFORMED, Problem};

/// Parameters from the path.
///
/// Ids are opaque, so one that cannot be an id is like one that nobody has: 404.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(unmatched(rejection)),
        }
    }
}

fn unmatched(rejection: PathRejection) -> Problem {
    let PathRejection::FailedToDeserializePathParams(error) = rejection else {
        return Problem::internal("a handler asks for parameters that its path has not");
    };
    match error.into_kind() {
        ErrorKind::InvalidUtf8InPathParam { key } => {
            Problem::new(&MALFORMED).detail(format!("The path's {key} is not UTF-8."))
        }
        ErrorKind::WrongNumberOfParameters { .. } | ErrorKind::UnsupportedType { .. } => {
            Problem::internal("a handler asks for other parameters than its path has")
        }
        _ => Problem::not_found(),
    }
}

/// Parameters from the query.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(misread(&rejection)),
        }
    }
}

fn misread(rejection: &QueryRejection) -> Problem {
    Problem::new(&MALFORMED).detail(format!("{}.", rejection.body_text()))
}
