//! A service with its database, its tokens, and the owner of facts behind a breakable network.

use std::collections::BTreeMap;
use std::time::Duration;

use access::SystemRole::{Armer, Disarmer, Viewer};
use access::{
    CustomerId, Employment, Location, LocationId, Organization, Schedule, SystemId, SystemRole,
    UserId,
};
use axum::Router;
use axum::body::Body;
use chassis::clock::Clocks;
use clap::Parser;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use security_system_service::app::Finisher;
use security_system_service::config::Config;
use security_system_service::{NAME, Service, store};
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::clock::TestClock;
use testkit::mint::Mint;
use testkit::postgres::TestDatabase;
use testkit::proxy::ChaosProxy;
use tokio::task::JoinHandle;
use tower::ServiceExt;
use url::Url;
use uuid::Uuid;

use crate::owner::Owner;

pub(crate) const TOWER: u128 = 0x10;
pub(crate) const WAREHOUSE: u128 = 0x20;
pub(crate) const ANNEX: u128 = 0x30;
/// A location of another customer.
pub(crate) const CLINIC: u128 = 0x40;

pub(crate) const DISARMER: u128 = 1;
pub(crate) const ARMER: u128 = 2;
pub(crate) const VIEWER: u128 = 3;
/// Armer and disarmer at the tower only.
pub(crate) const GUARD: u128 = 4;
/// Disarmer whose schedule is never open.
pub(crate) const OFF_SHIFT: u128 = 5;
/// Disarmer of another customer.
pub(crate) const STRANGER: u128 = 6;
pub(crate) const ADMIN: u128 = 9;

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) mint: Mint,
    pub(crate) clock: TestClock,
    pub(crate) owner: Owner,
    /// The way to the owner.
    pub(crate) network: ChaosProxy,
    /// The way to the database.
    pub(crate) to_database: ChaosProxy,
    pub(crate) router: Router,
    pub(crate) finisher: Finisher,
    given: Vec<String>,
    server: JoinHandle<()>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The last part of a problem's type.
    pub(crate) fn problem(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or_default();
        kind.rsplit('/').next().unwrap()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }
}

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    config: Config,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(crate) async fn start_with(arguments: &[&str]) -> Self {
        let clock = TestClock::at("2026-11-22T12:00:00Z").unwrap();
        let mint = Mint::start(clock.clone()).await.unwrap();
        let database = TestDatabase::create(store::migrate).await.unwrap();
        let (owner, address, server) = Owner::start(mint.jwks_url().unwrap()).await.unwrap();
        let network = ChaosProxy::start(address).await.unwrap();
        let postgres = database.url().socket_addrs(|| None).unwrap()[0];
        let to_database = ChaosProxy::start(postgres).await.unwrap();
        let given = [
            ("--issuer", mint.iss().to_owned()),
            ("--issuer-base-url", format!("http://{address}")),
            (
                "--customer-service-url",
                format!("http://{}", network.address()),
            ),
            (
                "--database-url",
                behind(&to_database, database.url()).to_string(),
            ),
        ];
        let given: Vec<_> = given
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value])
            .collect();
        let config = config(&given, arguments);
        let clocks = Clocks {
            decisions: Arc::new(clock.clone()),
            tokens: Arc::new(clock.clone()),
        };
        let service = Service::new(&config, &clocks).unwrap();
        let world = Self {
            router: service.router(&config.settings),
            finisher: Finisher::new(service.api.app.clone()),
            database,
            mint,
            clock,
            given,
            owner,
            network,
            to_database,
            server,
        };
        world.settle();
        world
    }

    /// The configuration, and more.
    pub(crate) fn config(&self, more: &[&str]) -> Config {
        config(&self.given, more)
    }

    /// The owner's books: two customers, their locations and people.
    fn settle(&self) {
        let mut books = self.owner.books();
        for (n, name, owner) in [
            (TOWER, "Harbor Tower", 1),
            (WAREHOUSE, "Harbor Warehouse", 1),
            (ANNEX, "Harbor Annex", 1),
            (CLINIC, "Cedar Hill Main", 2),
        ] {
            books
                .locations
                .insert(location_id(n), (location(n, name, owner), 1));
        }
        let mut guard = employment(GUARD, 1, &[]);
        guard.location_roles = [(location_id(TOWER), [Armer, Disarmer].into())].into();
        let mut off_shift = employment(OFF_SHIFT, 1, &[Disarmer]);
        off_shift.schedule = Some(never());
        books.employments = vec![
            employment(DISARMER, 1, &[Disarmer]),
            employment(ARMER, 1, &[Armer]),
            employment(VIEWER, 1, &[Viewer]),
            guard,
            off_shift,
            employment(STRANGER, 2, &[Disarmer]),
        ];
    }

    pub(crate) fn token(&self, who: u128) -> String {
        let token = self
            .mint
            .user(&user(who))
            .claim("name", format!("Person {who}"));
        let roles: &[&str] = if who == ADMIN {
            &["REALGUARDIO_ADMINISTRATOR"]
        } else {
            &[]
        };
        token.claim("roles", roles).token()
    }

    pub(crate) fn panel(&self) -> String {
        self.mint.machine("panel-simulator", NAME, "alarms").token()
    }

    pub(crate) async fn send(
        &self,
        token: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        }
    }

    pub(crate) async fn get(&self, who: u128, path: &str) -> Answer {
        self.send(&self.token(who), Method::GET, path, &[], None)
            .await
    }

    pub(crate) async fn act(&self, who: u128, system: SystemId, action: &str) -> Answer {
        self.act_with(who, system, action, &[]).await
    }

    pub(crate) async fn act_with(
        &self,
        who: u128,
        system: SystemId,
        action: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = json!({ "action": action });
        self.send(
            &self.token(who),
            Method::PUT,
            &path(system),
            headers,
            Some(body),
        )
        .await
    }

    pub(crate) async fn alarm(&self, system: SystemId) -> Answer {
        let path = format!("{}/alarms", path(system));
        self.send(&self.panel(), Method::POST, &path, &[], None)
            .await
    }

    pub(crate) async fn install(&self, at: u128, headers: &[(&str, &str)]) -> Answer {
        let body = json!({ "locationId": location_id(at) });
        let token = self.token(ADMIN);
        self.send(
            &token,
            Method::POST,
            "/securitysystems",
            headers,
            Some(body),
        )
        .await
    }

    pub(crate) async fn remove(&self, who: u128, system: SystemId) -> Answer {
        self.send(&self.token(who), Method::DELETE, &path(system), &[], None)
            .await
    }

    /// A system in service.
    pub(crate) async fn system(&self, at: u128) -> SystemId {
        id(&self.install(at, &[]).await.expect(201))
    }

    /// A system that guards the tower.
    pub(crate) async fn armed(&self) -> SystemId {
        let system = self.system(TOWER).await;
        self.act(ARMER, system, "ARM").await.expect(200);
        system
    }

    /// The events in the outbox: type, version, state.
    pub(crate) async fn events(&self) -> Vec<(String, i64, Option<Value>)> {
        let events =
            sqlx::query_as("select type, version, state from outbox.message order by position");
        events.fetch_all(self.database.pool()).await.unwrap()
    }

    pub(crate) async fn history(&self, system: SystemId) -> Vec<Value> {
        let answer = self
            .get(VIEWER, &format!("{}/history", path(system)))
            .await
            .expect(200);
        answer.body["items"].as_array().unwrap().clone()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn behind(proxy: &ChaosProxy, url: &Url) -> Url {
    let mut url = url.clone();
    url.set_ip_host(proxy.address().ip()).unwrap();
    url.set_port(Some(proxy.address().port())).unwrap();
    url
}

fn config(given: &[String], more: &[&str]) -> Config {
    let always = ["service", "--client-id", NAME, "--client-secret", "secret"];
    let given = given.iter().map(String::as_str);
    Program::parse_from(always.into_iter().chain(given).chain(more.iter().copied())).config
}

pub(crate) fn path(system: SystemId) -> String {
    format!("/securitysystems/{system}")
}

pub(crate) fn id(answer: &Answer) -> SystemId {
    answer.body["id"].as_str().unwrap().parse().unwrap()
}

pub(crate) fn user(n: u128) -> UserId {
    Uuid::from_u128(n).into()
}

pub(crate) fn location_id(n: u128) -> LocationId {
    Uuid::from_u128(n).into()
}

pub(crate) fn customer(n: u128) -> CustomerId {
    Uuid::from_u128(0xc000 + n).into()
}

pub(crate) fn location(n: u128, name: &str, owner: u128) -> Location {
    Location {
        id: location_id(n),
        name: name.to_owned(),
        customer: customer(owner),
        dealer: None,
        provider: None,
    }
}

pub(crate) fn employment(who: u128, employer: u128, roles: &[SystemRole]) -> Employment {
    Employment {
        id: Uuid::from_u128(0xe000 + who + (employer << 32)).into(),
        user: user(who),
        organization: Organization::Customer(customer(employer)),
        organization_name: format!("Customer {employer}"),
        roles: roles.iter().copied().collect(),
        location_roles: BTreeMap::new(),
        schedule: None,
    }
}

pub(crate) fn never() -> Schedule {
    serde_json::from_value(json!({ "timeZone": "UTC", "windows": [], "exceptions": [] })).unwrap()
}

/// Longer than the owners of facts have, shorter than for ever.
pub(crate) const SOON: Duration = Duration::from_secs(30);
