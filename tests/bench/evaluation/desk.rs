//! authz-service with the policies of RealGuardIO and many users, and beside it an empty handler.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use authz_service::app::{Feeder, Recorder};
use authz_service::domain::Callers;
use authz_service::http::SCOPE;
use authz_service::store::{Aggregates, Versions};
use authz_service::{Books, Config, NAME, migrate};
use axum::Router;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::routing::post;
use chassis::auth::{Machine, Verifier, bearer};
use chassis::clock::{Clock as _, Clocks, SystemClock};
use chassis::http::{harden, serve};
use chassis::problem::Problem;
use clap::Parser;
use outbox::Inbox;
use serde_json::{Value, json};
use testkit::clock::TestClock;
use testkit::mint::Mint;
use testkit::postgres::TestDatabase;
use testkit::scratch::Scratch;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// By what a caller is known.
#[derive(Clone, Copy)]
pub(super) enum Credential {
    /// An API key: a digest, compared.
    Key,
    /// An access token: a signature, verified.
    Token,
}

const KEY: &str = "the key of whoever measures, thirty-two characters and more";
/// People of a customer, who each have a role at it.
const PEOPLE: u32 = 10;
/// Locations of a customer, each with a system.
const LOCATIONS: u32 = 5;
const ACTIONS: [&str; 4] = ["view", "arm", "disarm", "acknowledge"];

/// The service.
pub(super) struct Desk {
    pub(super) address: SocketAddr,
    users: u32,
    token: String,
    shutdown: CancellationToken,
    recorder: Option<JoinHandle<()>>,
    _mint: Mint,
    _database: TestDatabase,
    _files: Scratch,
}

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    config: Config,
}

impl Credential {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Key => "API key",
            Self::Token => "access token",
        }
    }
}

impl Desk {
    /// With so many users; where it is recorded, every decision goes to the log.
    pub(super) async fn with_users(users: u32, is_recorded: bool) -> anyhow::Result<Self> {
        // It stands still, so that tokens stay valid.
        let clock = TestClock::starting(SystemClock.now());
        let mint = Mint::start(clock.clone()).await?;
        let database = TestDatabase::create(migrate).await?;
        let files = Scratch::new("bench-evaluation")?;
        std::fs::write(files.path().join("facts.json"), facts(users)?)?;
        let callers = json!({ "bench": { "key": KEY } });
        std::fs::write(files.path().join("callers.json"), callers.to_string())?;
        let config = config(files.path(), &mint)?;
        let clocks = Clocks::from(clock);
        let (books, recorder) = if is_recorded {
            let (books, recorder) = Books::open(database.pool(), &config);
            (Some(books), Some(recorder))
        } else {
            (None, None)
        };
        let api = authz_service::api(&config, &clocks, books)?;
        if recorder.is_some() {
            let pool = database.pool().clone();
            let stores = (Aggregates::new(pool.clone()), Versions::new(pool.clone()));
            let feeder = Feeder::new(api.app.clone(), stores, Inbox::new(pool), clocks.decisions);
            feeder.step().await?;
        }
        let empty = Empty {
            callers: api.callers.clone(),
            verifier: api.verifier.clone(),
        };
        let empty = Router::new()
            .route("/empty", post(nothing))
            .with_state(empty);
        // As the service's own operations are: behind the same layers.
        let empty = harden(empty, &config.settings);
        let router = authz_service::router(api, &config.settings).merge(empty);
        let shutdown = CancellationToken::new();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(serve(router, listener, shutdown.clone()));
        let recorder = recorder.map(|recorder: Recorder| recorder.run(shutdown.clone()));
        Ok(Self {
            address,
            users,
            token: mint.machine("bench", NAME, SCOPE).token(),
            recorder: recorder.map(tokio::spawn),
            shutdown,
            _mint: mint,
            _database: database,
            _files: files,
        })
    }

    /// A request: of another user each time, at a system of their customer's.
    pub(super) fn request(&self, path: &str, credential: Credential, number: usize) -> Vec<u8> {
        let number = u32::try_from(number).unwrap_or_default();
        // Far from the one before.
        let user = number.wrapping_mul(7919) % self.users;
        let system = user / PEOPLE * LOCATIONS + number % LOCATIONS;
        let body = json!({
            "subject": { "type": "User", "id": id(USER, user) },
            "action": { "name": ACTIONS[number as usize % ACTIONS.len()] },
            "resource": { "type": "System", "id": id(SYSTEM, system) },
        });
        let body = body.to_string();
        let length = body.len();
        let secret = match credential {
            Credential::Key => KEY,
            Credential::Token => &self.token,
        };
        let headers = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {secret}\r\ncontent-type: application/json\r\n"
        );
        format!("{headers}content-length: {length}\r\n\r\n{body}").into_bytes()
    }

    /// Ends, once everything is in the log.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.shutdown.cancel();
        if let Some(recorder) = self.recorder {
            recorder.await?;
        }
        Ok(())
    }
}

fn config(files: &Path, mint: &Mint) -> anyhow::Result<Config> {
    let at = |name: &str| files.join(name).display().to_string();
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../authz-service/policies");
    let policies: PathBuf = policies.canonicalize()?;
    let (policies, facts) = (policies.display().to_string(), at("facts.json"));
    let callers = at("callers.json");
    let told = ["authz-service", "--policies", &policies, "--facts", &facts];
    let by = ["--callers", &callers, "--issuer", mint.iss(), "--tokens"];
    Ok(Program::try_parse_from(told.into_iter().chain(by))?.config)
}

#[derive(Clone)]
struct Empty {
    callers: Arc<Callers>,
    verifier: Arc<Verifier>,
}

impl FromRef<Empty> for Arc<Verifier> {
    fn from_ref(empty: &Empty) -> Self {
        empty.verifier.clone()
    }
}

/// Somebody who may ask, as where something is asked.
struct Asker;

impl FromRequestParts<Empty> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, empty: &Empty) -> Result<Self, Problem> {
        if empty.callers.by_key(bearer(&parts.headers)?).is_none() {
            let machine = Machine::from_request_parts(parts, empty).await?;
            machine.require(SCOPE)?;
        }
        Ok(Self)
    }
}

/// Says nothing to whoever may ask, without a look at what they ask.
async fn nothing(_: Asker) -> &'static str {
    "{}"
}

const USER: u128 = 1;
const DUTY: u128 = 2;
const EMPLOYMENT: u128 = 3;
const CUSTOMER: u128 = 4;
const LOCATION: u128 = 5;
const SYSTEM: u128 = 6;

fn id(kind: u128, number: u32) -> Uuid {
    Uuid::from_u128((kind << 64) | u128::from(number))
}

/// Everybody works for one of many customers, and holds a role there or at one of its locations.
fn facts(users: u32) -> anyhow::Result<String> {
    let mut facts = String::from("[");
    let mut tell = |entity: Value| -> std::fmt::Result { writeln!(facts, "{entity},") };
    for customer in 0..users.div_ceil(PEOPLE) {
        let place = format!("customer-{}", id(CUSTOMER, customer));
        tell(groups("Customer", &place, &place))?;
        holders(&place).into_iter().try_for_each(&mut tell)?;
        for location in customer * LOCATIONS..(customer + 1) * LOCATIONS {
            let site = json!({ "type": "Location", "id": id(LOCATION, location) });
            let post = format!("{}@{place}", id(LOCATION, location));
            tell(groups("Post", &post, &post))?;
            holders(&post).into_iter().try_for_each(&mut tell)?;
            let post = json!({ "type": "Post", "id": post });
            let owner = json!({ "type": "Customer", "id": place });
            tell(json!({ "uid": site, "attrs": { "customer": owner }, "tags": { &place: post } }))?;
            let system = json!({ "type": "System", "id": id(SYSTEM, location) });
            tell(json!({ "uid": system, "attrs": { "location": site } }))?;
        }
        for person in customer * PEOPLE..((customer + 1) * PEOPLE).min(users) {
            let at = if person % 2 == 0 {
                place.clone()
            } else {
                let location = customer * LOCATIONS + person % LOCATIONS;
                format!("{}@{place}", id(LOCATION, location))
            };
            let role = ["viewers", "armers", "disarmers"][person as usize % 3];
            let held = json!({ "type": "Holders", "id": format!("{at}/{role}") });
            let job = json!({ "type": "Employment", "id": id(EMPLOYMENT, person) });
            let duty = json!({ "type": "Duty", "id": id(DUTY, person) });
            let user = json!({ "type": "User", "id": id(USER, person) });
            tell(json!({ "uid": job, "parents": [held] }))?;
            tell(json!({ "uid": duty, "parents": [job] }))?;
            tell(json!({ "uid": user, "attrs": { "duty": duty }, "parents": [job] }))?;
        }
    }
    facts.truncate(facts.len() - 2);
    facts.push(']');
    Ok(facts)
}

/// A place, and who holds what there, whoever they are.
fn groups(kind: &str, place: &str, id: &str) -> Value {
    let group = |name: &str| json!({ "type": "Holders", "id": format!("{place}/{name}") });
    json!({
        "uid": { "type": kind, "id": id },
        "attrs": { "id": id, "anybody": group("anybody"), "armers": group("armers"), "disarmers": group("disarmers") },
    })
}

/// Whoever holds one of the roles is among the holders of any.
fn holders(place: &str) -> [Value; 3] {
    let anybody = json!({ "type": "Holders", "id": format!("{place}/anybody") });
    ["viewers", "armers", "disarmers"].map(|role| {
        let role = json!({ "type": "Holders", "id": format!("{place}/{role}") });
        json!({ "uid": role, "parents": [anybody] })
    })
}
