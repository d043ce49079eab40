//! Answers that all handlers give alike: to creations, changes, removals, and lists.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chassis::http::{Cursor, ETag, Json, Page, Paging};
use chassis::problem::Problem;
use idempotency::IdempotencyKey;
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken, Position};
use serde::Serialize;

use super::Api;
use crate::app::{Failure, Intent};
use crate::domain::Version;
use crate::store::{Committed, Keyset, Once, Outcome, Slice};

impl Api {
    /// Creates something, or answers as when it was created: the same request with the same
    /// `Idempotency-Key` is carried out once. The caller is known to be allowed to.
    ///
    /// # Errors
    ///
    /// When it is not created.
    pub async fn once<T, B: Serialize>(
        &self,
        intent: &Intent,
        (key, request): (Option<IdempotencyKey>, &impl Serialize),
        describe: impl Fn(&T) -> (Version, B) + Send + Sync,
        create: impl AsyncFnOnce(Once<'_, T>) -> Result<Committed<T>, Failure>,
    ) -> Result<Response, Problem> {
        let tell = |created: &Committed<T>| {
            let (version, body) = describe(&created.value);
            Ok(Outcome {
                version: version.0,
                position: created.position,
                body: serde_json::to_value(body)?,
            })
        };
        let outcome =
            self.idempotency
                .run(intent.by, key.as_ref(), request, intent.at, async |mark| {
                    let created = create(Once { mark, tell: &tell }).await?;
                    Ok::<_, Failure>(tell(&created).map_err(idempotency::Error::from)?)
                });
        let Outcome {
            version,
            position,
            body,
        } = outcome.await?;
        let mut created = self.wrote(position, Version(version), body);
        *created.status_mut() = StatusCode::CREATED;
        Ok(created)
    }

    /// The answer to a write: what is there now, its version, and a token that makes whoever
    /// presents it see at least this.
    pub fn wrote<B: Serialize>(&self, position: Position, version: Version, body: B) -> Response {
        let response = (ETag(version.0), Json(body)).into_response();
        self.with_token(position, response)
    }

    /// The answer to a removal.
    #[must_use]
    pub fn removed(&self, position: Position) -> Response {
        self.with_token(position, StatusCode::NO_CONTENT.into_response())
    }

    /// An answer that is as fresh as this.
    pub(super) fn fresh<B: Serialize>(&self, position: Position, body: B) -> Response {
        self.with_token(position, Json(body).into_response())
    }

    fn with_token(&self, position: Position, mut response: Response) -> Response {
        if let Some(token) = ConsistencyToken::of(self.source(), position).header_value() {
            response.headers_mut().insert(CONSISTENCY_TOKEN, token);
        }
        response
    }
}

/// Which part of a list the caller asks for.
///
/// # Errors
///
/// When the cursor is none of ours, or the limit is out of bounds.
pub fn keyset(paging: &Paging) -> Result<Keyset, Problem> {
    Ok(Keyset {
        after: paging.after()?,
        limit: paging.limit()?,
    })
}

/// A part of a list, as it is answered.
pub fn page<T, B>(slice: Slice<T>, body: impl FnMut(T) -> B) -> Json<Page<B>> {
    Json(Page {
        items: slice.items.into_iter().map(body).collect(),
        next_page: slice.next.as_ref().map(Cursor::write),
    })
}
