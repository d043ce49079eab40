//! security-system-service by itself, with a replica of as many facts as wanted; and beside it the same list for
//! everybody, without authorization.

use std::sync::Arc;

use access::{LocationId, SystemId};
use anyhow::ensure;
use axum::extract::{FromRef, Query, State};
use axum::routing::get;
use axum::{Json, Router};
use chassis::auth::{User, Verifier};
use chassis::clock::{Clock as _, Clocks, SystemClock};
use chassis::http::{Cursor, harden, serve};
use chassis::problem::Problem;
use clap::Parser;
use reqwest::Client;
use security_system_service::config::Config;
use security_system_service::store::{self, Place};
use security_system_service::{NAME, Service};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use testkit::clock::TestClock;
use testkit::mint::Mint;
use testkit::postgres::TestDatabase;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

/// Who is asked for: whom what they see comes by another path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    /// Sees what is one customer's: a tenth.
    Employee = 1,
    /// Sees what one dealer serves: a tenth.
    Technician = 2,
    /// Sees what ten dealers serve, who all appointed their employer: everything.
    Operator = 3,
}

impl Person {
    pub(super) const ALL: [Self; 3] = [Self::Employee, Self::Technician, Self::Operator];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Employee => "customer's employee",
            Self::Technician => "dealer's technician",
            Self::Operator => "operator of ten dealers' provider",
        }
    }
}

/// The service, with its facts and systems.
pub(super) struct Estate {
    /// How many facts there are: aggregates of other services.
    pub(super) facts: i64,
    /// Some of the systems.
    pub(super) systems: Vec<SystemId>,
    /// A place halfway down the list.
    pub(super) halfway: Place,
    client: Client,
    service: Url,
    plain: Url,
    tokens: [String; 3],
    _mint: Mint,
    _database: TestDatabase,
    shutdown: CancellationToken,
}

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    config: Config,
}

impl Estate {
    /// With so many locations, each with a system and an employee; a dozen facts more.
    pub(super) async fn with_locations(locations: u32) -> anyhow::Result<Self> {
        // It stands still, so that tokens stay valid, and facts fresh.
        let clock = TestClock::starting(SystemClock.now());
        let mint = Mint::start(clock.clone()).await?;
        let database = TestDatabase::create(store::migrate).await?;
        let pool = database.pool();
        let fill = format!(
            "set bench.locations = {locations}; set bench.now = '{}'; {}",
            clock.now(),
            include_str!("estate.sql"),
        );
        let mut connection = pool.acquire().await?;
        sqlx::raw_sql(AssertSqlSafe(fill))
            .execute(&mut *connection)
            .await?;
        sqlx::raw_sql("vacuum analyze")
            .execute(&mut *connection)
            .await?;
        drop(connection);
        let facts = "select (select count(*) from organization) + (select count(*) from location)
                          + (select count(*) from employment) + (select count(*) from team)";
        let systems = "select id('system', (n * 7919) % $1) from generate_series(1, 100) n";
        let systems: Vec<Uuid> = sqlx::query_scalar(systems)
            .bind(locations.cast_signed())
            .fetch_all(pool)
            .await?;
        let halfway =
            sqlx::query_scalar("select id('location', $1)").bind(locations.cast_signed() / 2);
        let halfway: Uuid = halfway.fetch_one(pool).await?;

        let clocks = Clocks {
            decisions: Arc::new(clock.clone()),
            tokens: Arc::new(clock.clone()),
        };
        let config = config(&mint, &database);
        let service = Service::new(&config, &clocks)?;
        let plain = Plain {
            verifier: service.api.verifier.clone(),
            pool: service.pool.clone(),
        };
        let plain = Router::new()
            .route("/securitysystems", get(everything))
            .with_state(plain);
        let shutdown = CancellationToken::new();
        Ok(Self {
            facts: sqlx::query_scalar(facts).fetch_one(pool).await?,
            systems: systems.into_iter().map(SystemId::from).collect(),
            halfway: Place(LocationId::from(halfway), Uuid::nil().into()),
            client: Client::new(),
            service: listen(service.router(&config.settings), &shutdown).await?,
            plain: listen(harden(plain, &config.settings), &shutdown).await?,
            tokens: Person::ALL.map(|person| mint.user(&Uuid::from_u128(person as u128)).token()),
            _mint: mint,
            _database: database,
            shutdown,
        })
    }

    /// A page of what a person may view.
    pub(super) async fn list(&self, person: Person, behind: Option<Place>) -> anyhow::Result<f64> {
        self.ask(&self.service, person, &page(behind)).await
    }

    /// A page of everything.
    pub(super) async fn list_plainly(&self, behind: Option<Place>) -> anyhow::Result<f64> {
        self.ask(&self.plain, Person::Operator, &page(behind)).await
    }

    /// A decision on one system: a look at it.
    pub(super) async fn decide(&self, system: SystemId) -> anyhow::Result<f64> {
        self.ask(&self.service, Person::Operator, &format!("/{system}"))
            .await
    }

    /// Milliseconds until the whole answer is there.
    async fn ask(&self, service: &Url, person: Person, what: &str) -> anyhow::Result<f64> {
        let address = format!("{service}securitysystems{what}");
        let token = &self.tokens[person as usize - 1];
        let started = Instant::now();
        let answer = self.client.get(address).bearer_auth(token).send().await?;
        let status = answer.status();
        let body = answer.text().await?;
        let elapsed = started.elapsed();
        ensure!(status.is_success(), "{status}: {body}");
        Ok(elapsed.as_secs_f64() * 1e3)
    }
}

impl Drop for Estate {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

fn page(behind: Option<Place>) -> String {
    let behind = behind.map(|place| format!("&page={}", Cursor::write(&place)));
    format!("?limit=20{}", behind.unwrap_or_default())
}

/// Nobody else is there: under replicate nobody has to be.
fn config(mint: &Mint, database: &TestDatabase) -> Config {
    let nobody = "http://127.0.0.1:9";
    let arguments = [
        ("--client-id", NAME),
        ("--client-secret", "secret"),
        ("--issuer", mint.iss()),
        ("--customer-service-url", nobody),
        ("--dealer-service-url", nobody),
        ("--monitoring-service-url", nobody),
        ("--database-url", database.url().as_str()),
        ("--strategy", "view=replicate"),
    ];
    let arguments = arguments
        .into_iter()
        .flat_map(|(flag, value)| [flag, value]);
    Program::parse_from(std::iter::once("service").chain(arguments)).config
}

async fn listen(router: Router, shutdown: &CancellationToken) -> anyhow::Result<Url> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(serve(router, listener, shutdown.clone()));
    Ok(address.parse()?)
}

#[derive(Clone)]
struct Plain {
    verifier: Arc<Verifier>,
    pool: PgPool,
}

impl FromRef<Plain> for Arc<Verifier> {
    fn from_ref(plain: &Plain) -> Self {
        plain.verifier.clone()
    }
}

#[derive(Deserialize)]
struct Page {
    page: Option<String>,
}

/// The same page, of all systems, to whoever is signed in.
async fn everything(
    State(plain): State<Plain>,
    _: User,
    Query(asked): Query<Page>,
) -> Result<Json<Value>, Problem> {
    let behind = asked.page.as_deref().map(Cursor::read).transpose()?;
    let Place(location, system) = behind.unwrap_or(Place(Uuid::nil().into(), Uuid::nil().into()));
    let rows = sqlx::query_as(
        "select s.id, l.id, l.name, s.state, s.version
         from system s join location l on l.id = s.location_id and l.generation = outbox.generation('customer-service')
         where s.lifecycle = 'ACTIVE' and l.id >= $1 and (s.location_id, s.id) > ($1, $2)
         order by s.location_id, s.id limit 21",
    );
    let rows = rows.bind(location.as_uuid()).bind(system.as_uuid());
    let rows: Vec<(Uuid, Uuid, String, String, i64)> = rows
        .fetch_all(&plain.pool)
        .await
        .map_err(Problem::internal)?;
    let systems = rows
        .iter()
        .take(20)
        .map(|(id, location, name, state, version)| {
            let location = json!({ "id": location, "name": name });
            json!({ "id": id, "location": location, "state": state, "version": version })
        });
    let next = rows
        .get(19)
        .map(|(id, location, ..)| Cursor::write(&(location, id)));
    Ok(Json(
        json!({ "items": systems.collect::<Vec<_>>(), "nextPage": next }),
    ))
}
