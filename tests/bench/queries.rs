//! How many statements a request sends to its service's own database.
//!
//! The same service stands once more, on the same database, asked from within this process alone. So what a
//! request sends is heard as it is sent, and nothing of what workers send at the same time.

use std::time::Duration;

use access::Operation;
use anyhow::{Context as _, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use demo_world::api::Api;
use jiff::SignedDuration;
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken};
use security_system_service::Service;
use security_system_service::authorization::{AuthorizationRequest, Caller, Strategy, TokenFacts};
use security_system_service::http::routes;
use serde::Serialize;
use serde_json::json;
use testkit::logged::statements;
use tokio::time::Instant;
use tower::ServiceExt as _;

use crate::house::{House, Leeway};

/// A question has so long.
const A_WHILE: Duration = Duration::from_secs(30);

/// Begin and commit aside, which every transaction has, and which are sent apart from the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Queries {
    /// Of a request as a whole.
    pub(super) request: usize,
    /// Of the decision in it.
    pub(super) decision: usize,
}

/// Counts what it takes to disarm and to arm a system, by somebody who may disarm it and somebody who may arm it.
pub(super) async fn count(
    house: &House,
    people: [(&str, &Api); 2],
    strategy: Strategy,
) -> anyhow::Result<Queries> {
    let service = house.another_security_system_service(
        Leeway::OF_STORIES,
        &house.decisions,
        &house.sites.authz,
    )?;
    let router = Router::from(routes(service.api.clone()));
    let (mut known, mut counted) = (None, Vec::new());
    // The first request connects, the second knows of it, as each does after the first, and so on.
    for (person, action) in people.iter().zip(["DISARM", "ARM"]).cycle().take(6) {
        let request = request(house, person.1, action, strategy, known.as_ref())?;
        let (answer, sent) = statements(router.clone().oneshot(request)).await;
        let answer = answer.context("a router always answers")?;
        ensure!(answer.status().is_success(), "{}", answer.status());
        let decided = answer.headers().get("authorization-strategy");
        ensure!(decided.is_some_and(|by| by == strategy.as_str()));
        known = answer.headers().get(CONSISTENCY_TOKEN).cloned();
        counted.push(sent.len());
    }
    let request = counted[counted.len() - 1];
    ensure!(
        counted[2..].iter().all(|other| *other == request),
        "as many each time: {counted:?}"
    );
    Ok(Queries {
        request,
        decision: of_decision(house, &service, people[0].0, strategy).await?,
    })
}

fn request(
    house: &House,
    person: &Api,
    action: &str,
    strategy: Strategy,
    known: Option<&HeaderValue>,
) -> anyhow::Result<Request<Body>> {
    let mut request = Request::put(house.system("Harbor Tower")?.path())
        .header(header::AUTHORIZATION, format!("Bearer {}", person.token()))
        .header(header::CONTENT_TYPE, "application/json")
        .header("authorization-strategy", strategy.as_str());
    if let Some(known) = known {
        request = request.header(CONSISTENCY_TOKEN, known);
    }
    Ok(request.body(json!({ "action": action }).to_string().into())?)
}

/// The same decision, asked for by itself.
async fn of_decision(
    house: &House,
    service: &Service,
    email: &str,
    strategy: Strategy,
) -> anyhow::Result<usize> {
    let app = &service.api.app;
    let system = house.world.ids.systems["Harbor Tower"].parse()?;
    let (system, kept) = app.store().load(system).await?.context("no system")?;
    let user = house.world.account(email)?.user_id.parse()?;
    let claims = house.claims(user, &kept).await?;
    let caller = Caller {
        user,
        name: email.to_owned(),
        facts: TokenFacts::new(Ok(claims), SignedDuration::ZERO),
    };
    let request = AuthorizationRequest {
        caller: &caller,
        operation: Operation::Disarm,
        system: Some(&system),
        at: house.decisions.now(),
        freshness: ConsistencyToken::new(),
        kept,
        until: Instant::now() + A_WHILE,
    };
    let deciding = Box::pin(app.authorizers().authorize(strategy, &request));
    let ((_, decided), sent) = statements(deciding).await;
    ensure!(decided.is_ok(), "{:?}", decided.err());
    Ok(sent.len())
}
