//! The other end of the wire once more: a policy decision point that knows what is in the owners' books, and decides by the
//! law. The true one is met in the stories.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use access::{
    Decision, Facts, Location, LocationId, Operation, Question, SystemId, UserId, decide,
};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use outbox::{ConsistencyToken, Position};
use security_system_service::NAME;
use serde_json::{Value, json};
use sqlx::PgPool;
use testkit::clock::TestClock;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::owner::Owner;

/// The version of policies that are none.
pub(crate) const POLICIES: &str = "the law";

#[derive(Debug, Clone)]
pub(crate) struct Pdp {
    /// What it was asked, and what it answers instead.
    pub(crate) desk: Owner,
    /// Systems of which it has not heard, and does not before it has to.
    pub(crate) unheard: Arc<Mutex<BTreeSet<SystemId>>>,
    /// Whether it hears of nothing new, so that it has to say no to whoever asks for that.
    pub(crate) deaf: Arc<AtomicBool>,
    /// How many bytes more it says to each question.
    pub(crate) verbose: Arc<AtomicUsize>,
    age_ms: Arc<AtomicI64>,
    owners: [Owner; 3],
    clock: TestClock,
    systems: PgPool,
}

impl Pdp {
    /// Listens on a free port. Where systems are it reads where they are kept.
    pub(crate) async fn start(
        desk: Owner,
        owners: [Owner; 3],
        clock: TestClock,
        systems: PgPool,
    ) -> anyhow::Result<(Self, SocketAddr, JoinHandle<()>)> {
        let pdp = Self {
            desk,
            unheard: Arc::default(),
            deaf: Arc::default(),
            verbose: Arc::default(),
            age_ms: Arc::default(),
            owners,
            clock,
            systems,
        };
        let router = Router::new()
            .route("/access/v1/evaluations", post(evaluations))
            .route("/access/v1/search/resource", post(search))
            .route("/access/v1/condition", post(condition))
            .with_state(pdp.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok((pdp, address, server))
    }

    /// From now on its facts are so old.
    pub(crate) fn ages(&self, ms: i64) {
        self.age_ms.store(ms, Ordering::SeqCst);
    }

    fn age_ms(&self) -> i64 {
        self.age_ms.load(Ordering::SeqCst)
    }

    /// Where a system is, if it has been heard of: not before an answer has to know of this service's own events.
    async fn place(&self, system: SystemId, headers: &HeaderMap) -> Option<LocationId> {
        let token = headers.get("consistency-token");
        let has_to = token.is_some_and(|token| token.to_str().unwrap().contains(NAME));
        if !has_to && self.unheard.lock().unwrap().contains(&system) {
            return None;
        }
        let place = "select location_id from system where id = $1 and lifecycle = 'ACTIVE'";
        let place = sqlx::query_scalar::<_, Uuid>(place).bind(system.as_uuid());
        let place = place.fetch_optional(&self.systems).await.unwrap();
        place.map(LocationId::from)
    }

    fn location(&self, id: LocationId) -> Option<Location> {
        let dealers = self.owners[1].books().dealers.clone();
        let books = self.owners[0].books();
        let (location, _) = books.locations.get(&id)?;
        let provider = location
            .dealer
            .and_then(|dealer| dealers.get(&dealer).copied());
        Some(Location {
            provider: provider.flatten(),
            ..location.clone()
        })
    }

    fn decide(&self, user: UserId, operation: Operation, location: LocationId) -> Decision {
        let mut facts = Facts {
            location: self.location(location),
            ..Facts::default()
        };
        for owner in &self.owners {
            let books = owner.books();
            facts.employments.extend(books.employments.iter().cloned());
            facts.teams.extend(books.teams.iter().cloned());
        }
        let question = Question {
            user,
            operation,
            location,
            at: self.clock.now(),
        };
        decide(&question, &facts)
    }

    fn may_view(&self, user: UserId, location: LocationId) -> bool {
        let decision = self.decide(user, Operation::View, location);
        decision.is_allowed()
    }

    async fn evaluate(&self, user: UserId, asked: &Value, headers: &HeaderMap) -> Value {
        let resource = &asked["resource"];
        let said = resource["properties"]["location"]["id"].as_str();
        let place = match said {
            Some(said) => Some(said.parse().unwrap()),
            None => self.place(id(&resource["id"]), headers).await,
        };
        let place = place.and_then(|place| self.location(place));
        let more = " ".repeat(self.verbose.load(Ordering::SeqCst));
        let mut context =
            json!({ "policyVersion": POLICIES, "factsAgeMs": self.age_ms(), "more": more });
        let Some(place) = place else {
            return json!({ "decision": false, "context": context });
        };
        let operation = asked["action"]["name"].as_str().unwrap().to_uppercase();
        let operation = serde_json::from_value(operation.into()).unwrap();
        let decision = self.decide(user, operation, place.id);
        context["law"] = json!(decision.outcome);
        context["law"]["location"] = json!({ "id": place.id, "name": place.name });
        context["law"]["customer"] = json!({ "id": place.customer, "name": place.customer_name });
        json!({ "decision": decision.is_allowed(), "context": context })
    }
}

/// As fresh as it was asked for, and as fresh as it is.
fn answer(pdp: &Pdp, headers: &HeaderMap, body: Value) -> Response {
    let asked = ConsistencyToken::from_headers(headers).unwrap();
    let reached = Position::new(1, pdp.desk.books().position.into());
    let owners = pdp.owners.iter().map(Owner::name);
    let owners = owners.map(|owner| ConsistencyToken::of(owner, reached));
    let reached = owners.fold(ConsistencyToken::new(), |all, one| all.merged(&one));
    let beyond = asked.of_sources(&pdp.owners.each_ref().map(Owner::name));
    if pdp.deaf.load(Ordering::SeqCst) && !reached.covers(&beyond) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let as_of = reached.merged(&asked).header_value().unwrap();
    ([("consistency-token", as_of)], Json(body)).into_response()
}

fn id<T: From<Uuid>>(id: &Value) -> T {
    T::from(id.as_str().unwrap().parse().unwrap())
}

async fn evaluations(
    State(pdp): State<Pdp>,
    headers: HeaderMap,
    Json(asked): Json<Value>,
) -> Result<Response, Response> {
    pdp.desk.called("/access/v1/evaluations", &headers).await?;
    assert_eq!(asked["options"]["grants"], true);
    let user = id(&asked["subject"]["id"]);
    let mut told = Vec::new();
    for question in asked["evaluations"].as_array().unwrap() {
        told.push(pdp.evaluate(user, question, &headers).await);
    }
    Ok(answer(&pdp, &headers, json!({ "evaluations": told })))
}

/// Two a page, so that pages are turned.
async fn search(
    State(pdp): State<Pdp>,
    headers: HeaderMap,
    Json(asked): Json<Value>,
) -> Result<Response, Response> {
    pdp.desk
        .called("/access/v1/search/resource", &headers)
        .await?;
    let user = id(&asked["subject"]["id"]);
    let all = "select id, location_id from system where lifecycle = 'ACTIVE' order by id";
    let all = sqlx::query_as(all).fetch_all(&pdp.systems).await.unwrap();
    let found = all
        .into_iter()
        .filter(|(_, location): &(Uuid, Uuid)| pdp.may_view(user, LocationId::from(*location)));
    let from = asked["page"]["token"].as_str().unwrap_or("0");
    let mut found = found.skip(from.parse().unwrap());
    let page: Vec<_> = found.by_ref().take(2).collect();
    let next = found.next().map(|_| from.parse::<usize>().unwrap() + 2);
    let next = next.map_or(String::new(), |next| next.to_string());
    let results = page
        .iter()
        .map(|(id, _)| json!({ "type": "System", "id": id }));
    let body = json!({
        "results": results.collect::<Vec<_>>(), "page": { "next_token": next },
        "context": { "policyVersion": POLICIES, "factsAgeMs": pdp.age_ms() },
    });
    Ok(answer(&pdp, &headers, body))
}

async fn condition(
    State(pdp): State<Pdp>,
    headers: HeaderMap,
    Json(asked): Json<Value>,
) -> Result<Response, Response> {
    pdp.desk.called("/access/v1/condition", &headers).await?;
    let user = id(&asked["subject"]["id"]);
    let after = &asked["after"]["id"];
    let after = after
        .as_str()
        .map(|after| after.parse::<LocationId>().unwrap());
    let all: Vec<_> = pdp.owners[0].books().locations.keys().copied().collect();
    let mut found = all
        .into_iter()
        .filter(|at| Some(*at) > after && pdp.may_view(user, *at));
    let limit = asked["limit"].as_u64().unwrap().try_into().unwrap();
    let part: Vec<_> = found.by_ref().take(limit).collect();
    let values = part
        .iter()
        .map(|at| json!({ "type": "Location", "id": at }));
    let body = json!({
        "values": values.collect::<Vec<_>>(), "more": found.next().is_some(),
        "policyVersion": POLICIES, "factsAgeMs": pdp.age_ms(),
    });
    Ok(answer(&pdp, &headers, body))
}
