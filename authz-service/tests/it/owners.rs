//! The owners of facts, without a broker: what they tell, in the form of their events, is in the database before the next request.

use std::collections::BTreeMap;

use authz_service::app::{Feeder, Recorder};
use authz_service::events::FactEvents;
use authz_service::http::SCOPE;
use authz_service::store::{Aggregates, Versions};
use authz_service::{Books, Config, NAME, migrate};
use axum::Router;
use axum::body::Body;
use chassis::clock::Clocks;
use clap::Parser;
use http::{Request, header};
use http_body_util::BodyExt as _;
use jiff_sqlx::ToSqlx as _;
use outbox::{Event, Handler as _, Inbox, Message, Position};
use serde_json::{Value, json};
use sqlx::{PgPool, Postgres, Transaction};
use testkit::clock::TestClock;
use testkit::mint::Mint;
use testkit::postgres::TestDatabase;
use testkit::session::Session;
use tower::ServiceExt as _;
use uuid::Uuid;

pub(crate) const CUSTOMERS: &str = customer_events::SOURCE;
pub(crate) const DEALERS: &str = dealer_events::SOURCE;
pub(crate) const PROVIDERS: &str = monitoring_events::SOURCE;
pub(crate) const SYSTEMS: &str = security_system_events::SOURCE;
pub(crate) const OWNERS: [&str; 4] = [CUSTOMERS, DEALERS, PROVIDERS, SYSTEMS];

/// Noon on a Sunday.
pub(crate) const NOON: &str = "2026-11-22T12:00:00Z";

pub(crate) struct Owners {
    pub(crate) clock: TestClock,
    pub(crate) database: TestDatabase,
    config: Config,
    here: Instance,
    mint: Mint,
    positions: BTreeMap<&'static str, i64>,
}

/// An instance of the service.
pub(crate) struct Instance {
    pub(crate) router: Router,
    feeder: Feeder,
    recorder: Recorder,
}

impl Instance {
    pub(crate) fn start(config: &Config, clock: &TestClock, pool: PgPool) -> Self {
        let clocks = Clocks::from(clock.clone());
        let (books, recorder) = Books::open(&pool, config);
        let api = authz_service::api(config, &clocks, Some(books)).unwrap();
        let stores = (Aggregates::new(pool.clone()), Versions::new(pool.clone()));
        let clock = clocks.decisions;
        Self {
            feeder: Feeder::new(api.app.clone(), stores, Inbox::new(pool), clock),
            router: authz_service::router(api, &config.settings),
            recorder,
        }
    }

    /// Takes in what was kept.
    pub(crate) async fn take_in(&self) {
        self.feeder.step().await.unwrap();
    }

    /// Writes to the log what was decided up to here.
    pub(crate) async fn record(&mut self) {
        self.recorder.drain().await.unwrap();
    }
}

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    config: Config,
}

impl Owners {
    /// All have been heard of, and have told nothing.
    pub(crate) async fn silent() -> Self {
        Self::silent_under(&[]).await
    }

    /// The same, where the service is told this too.
    pub(crate) async fn silent_under(arguments: &[&str]) -> Self {
        let mut owners = Self::unheard(arguments).await;
        for source in OWNERS {
            owners.hear(source, Vec::new()).await;
        }
        owners
    }

    /// Nobody has been heard of.
    pub(crate) async fn unheard(arguments: &[&str]) -> Self {
        let clock = TestClock::at(NOON).unwrap();
        let mint = Mint::start(clock.clone()).await.unwrap();
        let database = TestDatabase::create(migrate).await.unwrap();
        let config = config(&mint, arguments);
        let here = Instance::start(&config, &clock, database.pool().clone());
        Self {
            clock,
            database,
            config,
            here,
            mint,
            positions: BTreeMap::new(),
        }
    }

    /// Another instance, on the same database. It has taken in nothing yet.
    pub(crate) fn another(&self) -> Instance {
        Instance::start(&self.config, &self.clock, self.database.pool().clone())
    }

    /// The service that answers first is gone, and another is there instead.
    pub(crate) fn restart(&mut self) {
        self.here = self.another();
    }

    /// The same, where the other one is told something else.
    pub(crate) fn restart_under(&mut self, arguments: &[&str]) {
        self.config = config(&self.mint, arguments);
        self.restart();
    }

    /// All that the service answers to.
    pub(crate) const fn router(&self) -> &Router {
        &self.here.router
    }

    /// Who issues tokens.
    pub(crate) const fn mint(&self) -> &Mint {
        &self.mint
    }

    /// Requests by somebody with these application roles.
    pub(crate) fn signed_in(&self, user: &str, roles: &[&str]) -> Session {
        Session::new(self.here.router.clone(), Some(self.token(user, roles)))
    }

    /// The token of somebody with these application roles.
    pub(crate) fn token(&self, user: &str, roles: &[&str]) -> String {
        let token = self.mint.user(user);
        token.claim("roles", roles).claim("name", user).token()
    }

    /// What an owner tells, is taken in.
    pub(crate) async fn hear(&mut self, source: &'static str, messages: Vec<Message>) {
        self.keep(source, messages).await;
        self.take_in().await;
    }

    /// What an owner tells, and nobody has taken in yet.
    pub(crate) async fn keep(&mut self, source: &'static str, messages: Vec<Message>) {
        self.begin(source, messages).await.commit().await.unwrap();
    }

    /// What an owner tells, and is not committed yet.
    pub(crate) async fn begin(
        &mut self,
        source: &'static str,
        messages: Vec<Message>,
    ) -> Transaction<'static, Postgres> {
        let mut tx = self.database.pool().begin().await.unwrap();
        let begin = "insert into outbox.inbox (source, epoch) values ($1, 1) on conflict (source) where serving do update set epoch = 1 returning generation";
        let (generation,): (i64,) = sqlx::query_as(begin)
            .bind(source)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        let position = self.positions.entry(source).or_default();
        let now = self.clock.now();
        let mut handlers = FactEvents::ALL.into_iter();
        let handler = handlers.find(|events| events.source == source).unwrap();
        for mut message in messages {
            *position += 1;
            message.version = *position;
            let at = Position::new(1, *position);
            let event = Event::of(message, source, at, now, generation);
            handler.apply(&mut tx, &event).await.unwrap();
        }
        let update = "update outbox.inbox set watermark = $2, applied = $2, fresh_at = $3 where source = $1 and serving";
        let update = sqlx::query(update)
            .bind(source)
            .bind(*position)
            .bind(now.to_sqlx());
        update.execute(&mut *tx).await.unwrap();
        tx
    }

    /// All are heard of at this instant, and tell nothing new.
    pub(crate) async fn go_on(&mut self) {
        for source in OWNERS {
            self.keep(source, Vec::new()).await;
        }
        self.take_in().await;
    }

    /// Takes in what was kept.
    pub(crate) async fn take_in(&self) {
        self.try_to_take_in().await.unwrap();
    }

    /// The same, where it may not fit.
    pub(crate) async fn try_to_take_in(&self) -> anyhow::Result<()> {
        self.here.feeder.step().await
    }

    /// Writes to the log what was decided up to here.
    pub(crate) async fn record(&mut self) {
        self.here.record().await;
    }

    /// What is measured.
    pub(crate) async fn metrics(&self) -> String {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let answer = self.here.router.clone().oneshot(request).await.unwrap();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// The status of readiness, and what is missing.
    pub(crate) async fn ready(&self) -> (u16, Value) {
        let request = Request::get("/health/ready").body(Body::empty()).unwrap();
        call(&self.here.router, request).await
    }

    /// The decision, of status 200.
    pub(crate) async fn may(&self, question: Value) -> bool {
        let (status, answer) = self.ask("evaluation", None, question).await;
        assert_eq!(status, 200, "{answer}");
        answer["decision"].as_bool().unwrap()
    }

    pub(crate) async fn ask(
        &self,
        path: &str,
        freshness: Option<&str>,
        question: Value,
    ) -> (u16, Value) {
        self.ask_at(&self.here, path, freshness, question).await
    }

    /// What this instance answers.
    pub(crate) async fn ask_at(
        &self,
        instance: &Instance,
        path: &str,
        freshness: Option<&str>,
        question: Value,
    ) -> (u16, Value) {
        let token = self
            .mint
            .machine("security-system-service", NAME, SCOPE)
            .token();
        let mut request = Request::post(format!("/access/v1/{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        if let Some(freshness) = freshness {
            request = request.header("consistency-token", freshness);
        }
        let request = request.body(Body::from(question.to_string())).unwrap();
        call(&instance.router, request).await
    }
}

/// What the service is told.
fn config(mint: &Mint, arguments: &[&str]) -> Config {
    let owners = OWNERS.join(",");
    let told = [
        "authz-service",
        "--owners",
        &owners,
        "--issuer",
        mint.iss(),
        "--facts-deadline",
        "2s",
    ];
    let supplies = ["--supplies", "security-system-service=System.location"];
    let all = told.into_iter().chain(supplies);
    let all = all.chain(arguments.iter().copied());
    let mut config = Program::try_parse_from(all).unwrap().config;
    config.examiner = Some(env!("CARGO_BIN_EXE_authz-service").into());
    config
}

async fn call(router: &Router, request: Request<Body>) -> (u16, Value) {
    let answer = router.clone().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap())
}

/// A question about a system.
pub(crate) fn may(user: u128, action: &str, system: u128) -> Value {
    json!({
        "subject": { "type": "User", "id": Uuid::from_u128(user) },
        "action": { "name": action },
        "resource": { "type": "System", "id": Uuid::from_u128(system) },
    })
}

/// The types of events that are kept here: each is one that its owner tells.
#[test]
fn every_kind_of_event_is_of_its_owner() {
    for events in FactEvents::ALL {
        let owner = events.source.trim_end_matches("-service");
        assert!(events.types().count() >= 2);
        for kind in events.types() {
            assert!(
                kind.starts_with(&format!("io.realguardio.{owner}.")),
                "{kind}"
            );
        }
    }
}
