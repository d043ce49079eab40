//! A service with its database, its tokens, and the owner of facts behind a breakable network.

use std::time::Duration;

use access::SystemId;
use axum::Router;
use axum::body::Body;
use chassis::clock::Clocks;
use clap::Parser;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use security_system_service::app::Finisher;
use security_system_service::authorization::Strategy;
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

pub(crate) use crate::cast::*;
use crate::owner::Owner;
use crate::pdp::Pdp;
use crate::streams::Streams;

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) mint: Mint,
    pub(crate) clock: TestClock,
    /// customer-service.
    pub(crate) owner: Owner,
    /// dealer-service.
    pub(crate) dealers: Owner,
    /// monitoring-service.
    pub(crate) monitoring: Owner,
    /// The way to customer-service.
    pub(crate) network: ChaosProxy,
    /// The way to dealer-service.
    pub(crate) to_dealers: ChaosProxy,
    /// The way to monitoring-service.
    pub(crate) to_monitoring: ChaosProxy,
    /// authz-service.
    pub(crate) pdp: Pdp,
    /// The way to authz-service.
    pub(crate) to_pdp: ChaosProxy,
    /// The way to the database.
    pub(crate) to_database: ChaosProxy,
    pub(crate) router: Router,
    pub(crate) finisher: Finisher,
    pub(crate) streams: Streams,
    given: Vec<String>,
    servers: [JoinHandle<()>; 4],
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

    /// With everything decided by this strategy.
    pub(crate) async fn under(strategy: Strategy) -> Self {
        Self::under_with(strategy, &[]).await
    }

    pub(crate) async fn under_with(strategy: Strategy, arguments: &[&str]) -> Self {
        let all =
            format!("view={strategy},arm={strategy},disarm={strategy},acknowledge={strategy}");
        let world = Self::start_with(&[&["--strategy", &all], arguments].concat()).await;
        if strategy != Strategy::Fetch {
            world.streams.flow();
        }
        world
    }

    pub(crate) async fn start_with(arguments: &[&str]) -> Self {
        let clock = TestClock::at("2026-11-22T12:00:00Z").unwrap();
        let mint = Mint::start(clock.clone()).await.unwrap();
        let database = TestDatabase::create(store::migrate).await.unwrap();
        let jwks = mint.jwks_url().unwrap();
        let owner = async |name| {
            let (owner, address, server) = Owner::start(name, jwks.clone()).await.unwrap();
            let network = ChaosProxy::start(address).await.unwrap();
            (owner, address, network, server)
        };
        let (customers, address, network, server) = owner("customer-service").await;
        let (dealers, _, to_dealers, dealers_server) = owner("dealer-service").await;
        let (monitoring, _, to_monitoring, monitoring_server) = owner("monitoring-service").await;
        let owners = [&customers, &dealers, &monitoring].map(Owner::clone);
        let desk = Owner::new("authz-service", jwks.clone());
        let pdp = Pdp::start(desk, owners, clock.clone(), database.pool().clone());
        let (pdp, pdp_address, pdp_server) = pdp.await.unwrap();
        let to_pdp = ChaosProxy::start(pdp_address).await.unwrap();
        let postgres = database.url().socket_addrs(|| None).unwrap()[0];
        let to_database = ChaosProxy::start(postgres).await.unwrap();
        let given = [
            ("--issuer", mint.iss().to_owned()),
            ("--issuer-base-url", format!("http://{address}")),
            ("--customer-service-url", at(&network)),
            ("--dealer-service-url", at(&to_dealers)),
            ("--monitoring-service-url", at(&to_monitoring)),
            ("--authz-service-url", at(&to_pdp)),
            (
                "--database-url",
                behind(&to_database, database.url()).to_string(),
            ),
        ];
        let given: Vec<_> = given
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value])
            .collect();
        let (router, finisher) = service(&config(&given, arguments), &clock);
        let world = Self {
            router,
            finisher,
            database,
            mint,
            clock,
            given,
            streams: Streams::default(),
            owner: customers,
            dealers,
            monitoring,
            network,
            to_dealers,
            to_monitoring,
            pdp,
            to_pdp,
            to_database,
            servers: [server, dealers_server, monitoring_server, pdp_server],
        };
        settle(&world);
        world
    }

    /// The same in a deployment without dealers and monitoring providers.
    pub(crate) fn without_dealers(mut self) -> Self {
        (self.router, self.finisher) = service(&self.config_without_dealers(&[]), &self.clock);
        self
    }

    pub(crate) fn config_without_dealers(&self, more: &[&str]) -> Config {
        let mut given = self.given.clone();
        for absent in ["--dealer-service-url", "--monitoring-service-url"] {
            let at = given.iter().position(|flag| flag == absent).unwrap();
            given.drain(at..at + 2);
        }
        config(&given, more)
    }

    /// The configuration, and more.
    pub(crate) fn config(&self, more: &[&str]) -> Config {
        config(&self.given, more)
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

    /// A token that claims this of facts.
    pub(crate) fn token_telling(&self, who: u128, facts: impl Into<Value>) -> String {
        let token = self.mint.user(&user(who)).claim("facts", facts);
        token.token()
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
        self.streams.settle(self).await;
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
        self.install_as(ADMIN, at, headers).await
    }

    pub(crate) async fn install_as(&self, who: u128, at: u128, headers: &[(&str, &str)]) -> Answer {
        let body = json!({ "locationId": location_id(at) });
        let token = self.token(who);
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
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

fn service(config: &Config, clock: &TestClock) -> (Router, Finisher) {
    let clocks = Clocks {
        decisions: Arc::new(clock.clone()),
        tokens: Arc::new(clock.clone()),
    };
    let service = Service::new(config, &clocks).unwrap();
    let finisher = Finisher::new(service.api.app.clone());
    (service.router(&config.settings), finisher)
}

fn at(proxy: &ChaosProxy) -> String {
    format!("http://{}", proxy.address())
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

/// Longer than the owners of facts have, shorter than for ever.
pub(crate) const SOON: Duration = Duration::from_secs(30);
