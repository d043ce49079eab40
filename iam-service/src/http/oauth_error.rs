//! Errors as OAuth clients understand them (RFC 6749, section 5.2).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::problem::Problem;
use serde_json::json;

use crate::app::{Failure, GrantError};

/// Why a client gets no answer.
#[derive(Debug)]
pub(super) enum OAuthError {
    /// One of the codes, with what a developer should know.
    Refused {
        code: &'static str,
        description: String,
    },
    /// The client is not who it says.
    InvalidClient { challenge: bool },
    /// Something else does not work.
    Failed(Problem),
}

impl OAuthError {
    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::Refused {
            code: "invalid_request",
            description: description.into(),
        }
    }
}

impl From<Failure> for OAuthError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.into())
    }
}

impl From<GrantError> for OAuthError {
    fn from(error: GrantError) -> Self {
        let code = match &error {
            GrantError::InvalidGrant(_) => "invalid_grant",
            GrantError::UnauthorizedClient(_) => "unauthorized_client",
            GrantError::InvalidScope(_) => "invalid_scope",
            GrantError::InvalidTarget(_) => "invalid_target",
            GrantError::Failure(_) => "",
        };
        match error {
            GrantError::Failure(failure) => failure.into(),
            refused => Self::Refused {
                code,
                description: refused.to_string(),
            },
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let (status, code, description) = match self {
            Self::Refused { code, description } => (StatusCode::BAD_REQUEST, code, description),
            Self::InvalidClient { challenge } => {
                let mut response = answer(
                    StatusCode::UNAUTHORIZED,
                    "invalid_client",
                    "no such client, or not its secret",
                );
                if challenge {
                    let basic = HeaderValue::from_static("Basic realm=\"iam-service\"");
                    response
                        .headers_mut()
                        .insert(header::WWW_AUTHENTICATE, basic);
                }
                return response;
            }
            Self::Failed(problem) => return problem.into_response(),
        };
        answer(status, code, &description)
    }
}

fn answer(status: StatusCode, code: &str, description: &str) -> Response {
    let body = json!({ "error": code, "error_description": description });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
