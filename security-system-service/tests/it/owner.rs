//! The other end of the wire: what an owner of facts has agreed to tell, told from a few facts in
//! memory, and gone, slow or silent when a test says so. The true ones are met in the stories.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use access::{DealerId, Employment, Location, LocationId, ProviderId, SystemId, Team, UserId};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use url::Url;
use uuid::Uuid;

/// More calls than a test makes.
const MANY: usize = 1 << 20;

/// What the owner knows, and what it was asked.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) locations: BTreeMap<LocationId, (Location, i64)>,
    pub(crate) employments: Vec<Employment>,
    pub(crate) teams: Vec<Team>,
    /// And whom they appointed.
    pub(crate) dealers: BTreeMap<DealerId, Option<ProviderId>>,
    /// Of which organization.
    pub(crate) administrators: BTreeSet<(UserId, Uuid)>,
    pub(crate) reserved: BTreeMap<LocationId, SystemId>,
    pub(crate) released: BTreeSet<SystemId>,
    /// The path and the `Consistency-Token` of each call.
    pub(crate) calls: Vec<(String, Option<String>)>,
    /// Where its outbox stands; or nothing, for further than anybody asks.
    pub(crate) position: u32,
    /// Answered instead of facts.
    pub(crate) instead: Option<(u16, Value)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Owner {
    books: Arc<Mutex<Books>>,
    /// Calls wait here until a test lets them on.
    gate: Arc<Semaphore>,
    /// A permit for each call that waits.
    waiting: Arc<Semaphore>,
    jwks: Url,
    name: &'static str,
}

impl Owner {
    /// With empty books, and not listening yet.
    pub(crate) fn new(name: &'static str, jwks: Url) -> Self {
        Self {
            name,
            books: Arc::default(),
            gate: Arc::new(Semaphore::new(MANY)),
            waiting: Arc::new(Semaphore::new(0)),
            jwks,
        }
    }

    /// Listens on a free port; also as the issuer's back channel.
    pub(crate) async fn start(
        name: &'static str,
        jwks: Url,
    ) -> anyhow::Result<(Self, SocketAddr, JoinHandle<()>)> {
        let owner = Self::new(name, jwks);
        let router = Router::new()
            .route("/facts/decision", post(decision))
            .route("/facts/user", post(user))
            .route("/facts/locations", post(locations))
            .route("/facts/locations-served", post(locations_served))
            .route("/facts/dealers", post(dealers))
            .route("/facts/dealers-served", post(dealers_served))
            .route("/facts/administrator", post(administrator))
            .route("/locations/{location}/reservation", put(reserve))
            .route(
                "/locations/{location}/reservation/{system}",
                delete(release),
            )
            .route("/oauth2/token", post(token))
            .route("/oauth2/jwks", get(keys))
            .with_state(owner.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok((owner, address, server))
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    /// What was asked since the last look.
    pub(crate) fn asked(&self) -> Vec<String> {
        let calls = std::mem::take(&mut self.books().calls);
        calls.into_iter().map(|(path, _)| path).collect()
    }

    /// From now on calls wait.
    pub(crate) fn hold(&self) {
        self.waiting.forget_permits(Semaphore::MAX_PERMITS);
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Until a call waits.
    pub(crate) async fn somebody_waits(&self) {
        self.waiting.acquire().await.unwrap().forget();
    }

    /// Lets one call on.
    pub(crate) fn let_one_on(&self) {
        self.gate.add_permits(1);
    }

    /// Lets all calls on, from now on.
    pub(crate) fn let_all_on(&self) {
        self.gate.add_permits(MANY);
    }

    /// An answer, and as of when it is.
    fn answer(&self, books: &Books, body: Value) -> Response {
        let at = match books.position {
            0 => "99:0".to_owned(),
            position => format!("1:{position}"),
        };
        let token = format!(r#"{}="{at}""#, self.name);
        ([("consistency-token", token)], Json(body)).into_response()
    }

    pub(crate) async fn called(&self, path: &str, headers: &HeaderMap) -> Result<(), Response> {
        let token = headers.get("consistency-token");
        let token = token.map(|value| value.to_str().unwrap().to_owned());
        self.books().calls.push((path.to_owned(), token));
        self.waiting.add_permits(1);
        self.gate.acquire().await.unwrap().forget();
        if headers["authorization"] != "Bearer machine" {
            return Err(StatusCode::UNAUTHORIZED.into_response());
        }
        let instead = self.books().instead.clone();
        match instead {
            Some((status, body)) => {
                let status = StatusCode::from_u16(status).unwrap();
                Err((status, Json(body)).into_response())
            }
            None => Ok(()),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DecisionQuestion {
    user_id: UserId,
    location_id: LocationId,
}

async fn decision(
    State(owner): State<Owner>,
    headers: HeaderMap,
    Json(question): Json<DecisionQuestion>,
) -> Result<Response, Response> {
    owner.called("/facts/decision", &headers).await?;
    let books = owner.books();
    let location = books.locations.get(&question.location_id);
    if location.is_none() && owner.name == "customer-service" {
        let nothing = json!({ "location": null, "employments": [], "teams": [] });
        return Ok(owner.answer(&books, nothing));
    }
    let employments = books.employments.iter();
    let employments: Vec<_> = employments
        .filter(|held| held.user == question.user_id)
        .collect();
    let mut told = json!({ "employments": employments, "teams": books.teams });
    if let Some((location, _)) = location {
        told["location"] = json!(location);
    }
    Ok(owner.answer(&books, told))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserQuestion {
    user_id: UserId,
    page: Option<String>,
}

/// One employment a page, so that pages are turned.
async fn user(
    State(owner): State<Owner>,
    headers: HeaderMap,
    Json(question): Json<UserQuestion>,
) -> Result<Response, Response> {
    owner.called("/facts/user", &headers).await?;
    let books = owner.books();
    let page: usize = question.page.map_or(0, |page| page.parse().unwrap());
    let mut held = books
        .employments
        .iter()
        .filter(|held| held.user == question.user_id)
        .skip(page);
    let employments: Vec<_> = held.next().into_iter().collect();
    let more = held.next().map(|_| (page + 1).to_string());
    let body = json!({ "employments": employments, "teams": books.teams, "nextPage": more });
    Ok(owner.answer(&books, body))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LocationsQuestion {
    location_ids: Vec<LocationId>,
}

async fn locations(
    State(owner): State<Owner>,
    headers: HeaderMap,
    Json(question): Json<LocationsQuestion>,
) -> Result<Response, Response> {
    owner.called("/facts/locations", &headers).await?;
    let books = owner.books();
    let found = question
        .location_ids
        .iter()
        .filter_map(|id| books.locations.get(id));
    let found: Vec<_> = found.map(versioned).collect();
    Ok(owner.answer(&books, json!({ "locations": found })))
}

fn versioned((location, version): &(Location, i64)) -> Value {
    let mut json = serde_json::to_value(location).unwrap();
    json["version"] = (*version).into();
    json
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServedQuestion {
    #[serde(default)]
    dealer_ids: BTreeSet<DealerId>,
    #[serde(default)]
    provider_ids: BTreeSet<ProviderId>,
    after: Option<Uuid>,
    limit: usize,
}

impl ServedQuestion {
    /// The part behind a place, and where the next one begins.
    fn part<T>(&self, all: impl Iterator<Item = (Uuid, T)>) -> (Vec<T>, Option<Uuid>) {
        let mut behind: Vec<_> = all.filter(|(id, _)| Some(*id) > self.after).collect();
        let goes_on = behind.len() > self.limit;
        behind.truncate(self.limit);
        let last = behind.last().map(|(id, _)| *id).filter(|_| goes_on);
        (behind.into_iter().map(|(_, told)| told).collect(), last)
    }
}

async fn locations_served(
    State(owner): State<Owner>,
    headers: HeaderMap,
    Json(question): Json<ServedQuestion>,
) -> Result<Response, Response> {
    owner.called("/facts/locations-served", &headers).await?;
    let books = owner.books();
    let served = books.locations.values().filter(|(location, _)| {
        let dealer = location.dealer.as_ref();
        dealer.is_some_and(|dealer| question.dealer_ids.contains(dealer))
    });
    let (part, next) = question.part(served.map(|it| (it.0.id.as_uuid(), versioned(it))));
    Ok(owner.answer(&books, json!({ "locations": part, "nextPage": next })))
}

async fn dealers_served(
    State(owner): State<Owner>,
    headers: HeaderMap,
    Json(question): Json<ServedQuestion>,
) -> Result<Response, Response> {
    owner.called("/facts/dealers-served", &headers).await?;
    let books = owner.books();
    let served = books.dealers.iter().filter(|(_, provider)| {
        let provider = provider.as_ref();
        provider.is_some_and(|provider| question.provider_ids.contains(provider))
    });
    let told = served.map(|(id, provider)| {
        let told = json!({ "id": id, "provider": provider });
        (id.as_uuid(), told)
    });
    let (part, next) = question.part(told);
    Ok(owner.answer(&books, json!({ "dealers": part, "nextPage": next })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DealersQuestion {
    dealer_ids: BTreeSet<DealerId>,
}

async fn dealers(
    State(owner): State<Owner>,
    headers: HeaderMap,
    Json(question): Json<DealersQuestion>,
) -> Result<Response, Response> {
    owner.called("/facts/dealers", &headers).await?;
    let books = owner.books();
    let found = books.dealers.iter();
    let found = found.filter(|(id, _)| question.dealer_ids.contains(id));
    let found = found.map(|(id, provider)| json!({ "id": id, "provider": provider }));
    Ok(owner.answer(&books, json!({ "dealers": found.collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AdministratorQuestion {
    user_id: UserId,
    organization_id: Uuid,
}

async fn administrator(
    State(owner): State<Owner>,
    headers: HeaderMap,
    Json(question): Json<AdministratorQuestion>,
) -> Result<Response, Response> {
    owner.called("/facts/administrator", &headers).await?;
    let asked = (question.user_id, question.organization_id);
    let books = owner.books();
    let administrator = books.administrators.contains(&asked);
    Ok(owner.answer(&books, json!({ "administrator": administrator })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reservation {
    system_id: SystemId,
    version: i64,
}

async fn reserve(
    State(owner): State<Owner>,
    Path(location): Path<LocationId>,
    headers: HeaderMap,
    Json(Reservation { system_id, version }): Json<Reservation>,
) -> Result<StatusCode, Response> {
    owner.called("reserve", &headers).await?;
    let mut books = owner.books();
    if books.reserved.get(&location) == Some(&system_id) {
        return Ok(StatusCode::OK);
    }
    let known = books.locations.get(&location).map(|(_, version)| *version);
    let refused = known != Some(version)
        || books.released.contains(&system_id)
        || books.reserved.contains_key(&location);
    if refused {
        return Err(StatusCode::CONFLICT.into_response());
    }
    books.reserved.insert(location, system_id);
    Ok(StatusCode::OK)
}

async fn release(
    State(owner): State<Owner>,
    Path((location, system)): Path<(LocationId, SystemId)>,
    headers: HeaderMap,
) -> Result<StatusCode, Response> {
    owner.called("release", &headers).await?;
    let mut books = owner.books();
    books.released.insert(system);
    books
        .reserved
        .retain(|at, by| (*at, *by) != (location, system));
    Ok(StatusCode::NO_CONTENT)
}

async fn token() -> Json<Value> {
    Json(json!({ "access_token": "machine", "token_type": "Bearer", "expires_in": 900 }))
}

async fn keys(State(owner): State<Owner>) -> Response {
    let keys = reqwest::get(owner.jwks)
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    ([("content-type", "application/json")], keys).into_response()
}
