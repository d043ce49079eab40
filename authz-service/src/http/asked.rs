//! Bodies: what is no question is 400, whatever is wrong with it.

use axum::extract::{FromRequest, Request};
use chassis::http::json_text;
use chassis::problem::{MALFORMED, Problem};
use serde::de::DeserializeOwned;

use super::forms::object;

/// A question.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let text = json_text(request, state).await?;
        let mut json = serde_json::Deserializer::from_slice(&text);
        let mut track = serde_path_to_error::Track::new();
        let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
        let value = object(tracked).map_err(|why| {
            let path = track.path().to_string();
            let at = if path == "." { "The body" } else { &path };
            Problem::new(&MALFORMED).detail(format!("{at}: {why}."))
        })?;
        json.end()
            .map_err(|error| Problem::new(&MALFORMED).detail(format!("The body: {error}.")))?;
        Ok(Self(value))
    }
}
