//! Reads what a person sees, with that person's token.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::body::Bytes;
use http::{HeaderName, Method, StatusCode};
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken};
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::timeout;
use uuid::Uuid;

use crate::{
    domain,
    upstream::{Outgoing, Upstreams, patience},
};

/// Pages of a list that are read at most. Who sees more is told when to read, and not what.
pub(super) const PAGES: usize = 100;

/// Systems by their id, as they are represented to this person.
pub(super) type Systems = BTreeMap<Uuid, Value>;

/// What a person sees, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The first of the list, and others that were met.
    pub(super) systems: Systems,
    /// There is more behind these.
    pub(super) goes_on: bool,
    /// Those in between of which it could not be told in time what they are.
    pub(super) late: BTreeSet<Uuid>,
}

impl Seen {
    /// Whether this person may see a system, for all that is known here.
    pub(super) fn may_hold(&self, id: Uuid) -> bool {
        self.goes_on || self.systems.contains_key(&id) || self.late.contains(&id)
    }

    /// The same, and what was known before of those that are late: that is neither confirmed nor gone.
    pub(super) fn after(mut self, before: &Systems) -> Self {
        for id in &self.late {
            let known = before.get(id).cloned();
            self.systems.extend(known.map(|system| (*id, system)));
        }
        self
    }
}

/// Why a reading told nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unread {
    /// The token is not accepted any more.
    #[error("the token is not accepted")]
    Token,
    /// It could not be told now.
    #[error("undecided: {0}")]
    Undecided(String),
}

#[derive(Clone)]
pub(super) struct Reader {
    pub(super) upstreams: Arc<Upstreams>,
    pub(super) token: SecretString,
}

impl Reader {
    /// The systems that this person sees, on so many pages.
    pub(super) async fn list(
        &self,
        pages: usize,
        freshness: &ConsistencyToken,
    ) -> Result<Seen, Unread> {
        let mut seen = Seen::default();
        let mut query = "limit=100".to_owned();
        for _ in 0..pages {
            let answer = self.get("/securitysystems", Some(query), freshness).await?;
            let page = answer.ok_or_else(|| undecided("there is no list"))?;
            let items = page["items"]
                .as_array()
                .ok_or_else(|| undecided("no page of a list"))?;
            for item in items {
                let id = item["id"].as_str().and_then(|id| id.parse().ok());
                seen.systems.insert(
                    id.ok_or_else(|| undecided("a system without an id"))?,
                    item.clone(),
                );
            }
            let late = page["undecided"].as_array().into_iter().flatten();
            let late = late.filter_map(|id| id.as_str()?.parse::<Uuid>().ok());
            seen.late.extend(late);
            let Some(next) = page["nextPage"].as_str() else {
                return Ok(seen);
            };
            let encoded: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            query = format!("limit=100&page={encoded}");
        }
        seen.goes_on = true;
        Ok(seen)
    }

    /// One system, if this person sees it.
    pub(super) async fn system(
        &self,
        id: Uuid,
        freshness: &ConsistencyToken,
    ) -> Result<Option<Value>, Unread> {
        self.get(&format!("/securitysystems/{id}"), None, freshness)
            .await
    }

    async fn get(
        &self,
        path: &str,
        query: Option<String>,
        freshness: &ConsistencyToken,
    ) -> Result<Option<Value>, Unread> {
        let target =
            domain::target("GET", path).ok_or_else(|| undecided("not on the allow-list"))?;
        let (token, patience) = (freshness.header_value(), patience());
        let headers = token.map(|token| (HeaderName::from_static(CONSISTENCY_TOKEN), token));
        let outgoing = Outgoing {
            method: Method::GET,
            target,
            query,
            headers: headers.into_iter().collect(),
            body: Bytes::new(),
            patience,
        };
        let answer = self
            .upstreams
            .send(outgoing, &self.token)
            .await
            .map_err(undecided)?;
        match answer.status() {
            StatusCode::OK => match timeout(patience, answer.json()).await {
                Ok(body) => body.map(Some).map_err(undecided),
                Err(_) => Err(undecided("not all of the answer came in time")),
            },
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::UNAUTHORIZED => Err(Unread::Token),
            status => Err(undecided(status)),
        }
    }
}

fn undecided(why: impl std::fmt::Display) -> Unread {
    Unread::Undecided(why.to_string())
}
