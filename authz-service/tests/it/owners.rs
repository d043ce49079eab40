//! The owners of facts, without a broker: what they tell is in the database before the next request.

use std::collections::BTreeMap;
use std::sync::Arc;

use authz_service::app::Feeder;
use authz_service::domain::{Kind, State};
use authz_service::events::FactEvents;
use authz_service::http::SCOPE;
use authz_service::store::{Aggregates, keep};
use authz_service::{Config, NAME, migrate};
use axum::Router;
use axum::body::Body;
use chassis::clock::Clocks;
use clap::Parser;
use http::{Request, header};
use http_body_util::BodyExt as _;
use jiff_sqlx::ToSqlx as _;
use outbox::{Event, Inbox, Message, Position};
use serde_json::{Value, json};
use sqlx::{PgPool, Postgres, Transaction};
use testkit::clock::TestClock;
use testkit::mint::Mint;
use testkit::postgres::TestDatabase;
use tower::ServiceExt as _;
use uuid::Uuid;

pub(crate) const CUSTOMERS: &str = "customer-service";
const OWNERS: [&str; 4] = [
    CUSTOMERS,
    "dealer-service",
    "monitoring-service",
    "security-system-service",
];

/// Noon on a Sunday.
pub(crate) const NOON: &str = "2026-11-22T12:00:00Z";

pub(crate) struct Owners {
    pub(crate) clock: TestClock,
    pub(crate) database: TestDatabase,
    config: Config,
    feeder: Feeder,
    router: Router,
    mint: Mint,
    positions: BTreeMap<&'static str, i64>,
}

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    config: Config,
}

impl Owners {
    /// All have been heard of, and have told nothing.
    pub(crate) async fn silent() -> Self {
        let clock = TestClock::at(NOON).unwrap();
        let mint = Mint::start(clock.clone()).await.unwrap();
        let database = TestDatabase::create(migrate).await.unwrap();
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
        let Program { config } = Program::try_parse_from(told.into_iter().chain(supplies)).unwrap();
        let (router, feeder) = service(&config, &clock, database.pool());
        let mut owners = Self {
            config,
            clock,
            database,
            feeder,
            router,
            mint,
            positions: BTreeMap::new(),
        };
        for source in OWNERS {
            owners.hear(source, Vec::new()).await;
        }
        owners
    }

    /// The service is started anew, and has taken in nothing yet.
    pub(crate) fn restart(&mut self) {
        (self.router, self.feeder) = service(&self.config, &self.clock, self.database.pool());
    }

    /// What an owner tells, is taken in.
    pub(crate) async fn hear(
        &mut self,
        source: &'static str,
        states: Vec<(Kind, Uuid, Option<State>)>,
    ) {
        self.keep(source, states).await;
        self.feeder.step().await.unwrap();
    }

    /// What an owner tells, and nobody has taken in yet.
    pub(crate) async fn keep(
        &mut self,
        source: &'static str,
        states: Vec<(Kind, Uuid, Option<State>)>,
    ) {
        self.begin(source, states).await.commit().await.unwrap();
    }

    /// What an owner tells, and is not committed yet.
    pub(crate) async fn begin(
        &mut self,
        source: &'static str,
        states: Vec<(Kind, Uuid, Option<State>)>,
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
        for (kind, id, state) in states {
            *position += 1;
            let message = Message::removed("anything", id, *position, "anything");
            let event = Event::of(
                message,
                source,
                Position::new(1, *position),
                now,
                generation,
            );
            keep(&mut tx, &event, kind, state).await.unwrap();
        }
        let update = "update outbox.inbox set watermark = $2, applied = $2, fresh_at = $3 where source = $1 and serving";
        let update = sqlx::query(update)
            .bind(source)
            .bind(*position)
            .bind(now.to_sqlx());
        update.execute(&mut *tx).await.unwrap();
        tx
    }

    /// Takes in what was kept.
    pub(crate) async fn take_in(&self) {
        self.feeder.step().await.unwrap();
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
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }
}

fn service(config: &Config, clock: &TestClock, pool: &PgPool) -> (Router, Feeder) {
    let clocks = Clocks {
        decisions: Arc::new(clock.clone()),
        tokens: Arc::new(clock.clone()),
    };
    let api = authz_service::api(config, &clocks).unwrap();
    let (aggregates, inbox) = (Aggregates::new(pool.clone()), Inbox::new(pool.clone()));
    let feeder = Feeder::new(api.app.clone(), aggregates, inbox);
    (authz_service::router(api, &config.settings), feeder)
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
