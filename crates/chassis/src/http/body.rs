//! JSON bodies.

use ::http::{HeaderMap, StatusCode, header};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;

use crate::problem::{MALFORMED, PAYLOAD_TOO_LARGE, Problem, UNSUPPORTED_MEDIA_TYPE};

/// A JSON body, of a request or of an answer.
///
/// What is no JSON is refused with 400; JSON that is no object, or not a `T`, with 422 and the field's path. So a
/// type that parses what it accepts, such as a schedule, gets its errors to the client by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        parse(&json_text(request, state).await?).map(Json)
    }
}

/// The body of a request that says that it is JSON, as it came: for a form that says by itself what is wrong with it.
///
/// # Errors
///
/// When it says that it is something else, or cannot be read.
pub async fn json_text<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    if !is_json(request.headers()) {
        return Err(Problem::new(&UNSUPPORTED_MEDIA_TYPE));
    }
    let bytes = Bytes::from_request(request, state).await;
    bytes.map_err(|rejection| unread(&rejection))
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.to_str())
    else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn unread(rejection: &BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(&PAYLOAD_TOO_LARGE);
    }
    Problem::new(&MALFORMED).detail("The body ended early.")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        refused(&path, error.inner())
    })?;
    json.end().map_err(|error| refused(".", &error))?;
    // Serde takes the fields of a struct from an array too, in their order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::invalid("", "an object is expected"));
    }
    Ok(value)
}

fn refused(path: &str, error: &serde_json::Error) -> Problem {
    if error.classify() != Category::Data {
        return Problem::new(&MALFORMED).detail(format!("The body is not JSON: {error}."));
    }
    // serde_json says where in the text; the field's path says it better.
    let text = error.to_string();
    let detail = text.split(" at line ").next().unwrap_or_default();
    let field = match missing(detail) {
        Some(missing) if path == "." => missing.to_owned(),
        Some(missing) => format!("{path}.{missing}"),
        None if path == "." => String::new(),
        None => path.to_owned(),
    };
    Problem::invalid(field, detail)
}

/// The field that is not there. Its path ends where it should have begun.
fn missing(detail: &str) -> Option<&str> {
    detail.strip_prefix("missing field `")?.strip_suffix('`')
}
