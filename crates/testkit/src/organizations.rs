//! A service of organizations of its own for each test, and people to use it: what the tests of
//! customer-, dealer- and monitoring-service begin with; and the tests of what every kind of
//! organization has, to be run with each.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, also where this does it for the test"
)]

pub mod facts;
pub mod grants;
pub mod guards;
pub mod masking;
pub mod running;

use std::sync::Arc;
use std::time::Duration;

use access::UserId;
use axum::Router;
use axum::http::StatusCode;
use chassis::clock::Clocks;
use chassis::config::{Broker, Credentials, Database, LogFormat, Settings};
use serde_json::json;
use sqlx::PgPool;
use url::Url;

use crate::clock::TestClock;
use crate::iam::IamService;
use crate::mint::Mint;
use crate::postgres::TestDatabase;
use crate::proxy::ChaosProxy;
use crate::session::Session;

/// Which service.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Its name: `customer-service`.
    pub name: &'static str,
    /// Below which path its organizations are: `/customers`.
    pub path: &'static str,
    /// What a path calls one of them: `customerId`.
    pub parameter: &'static str,
    /// What events call one of them: `customer`.
    pub aggregate: &'static str,
    /// What the law calls their kind: `customer`.
    pub kind: &'static str,
    /// The application role of who creates them.
    pub founder: &'static str,
    /// The role of who administers one.
    pub administrator: &'static str,
}

/// The service, on a database of its own, and what it talks to.
#[derive(Debug)]
pub struct World {
    /// Issues tokens.
    pub mint: Arc<Mint>,
    /// The other end of the wire to iam-service.
    pub iam: IamService,
    /// Between the service and iam-service.
    pub network: ChaosProxy,
    /// The service's clocks.
    pub clock: TestClock,
    /// All that it answers to.
    pub router: Router,
    service: Service,
    database: TestDatabase,
}

/// An organization, and who administers it.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Its path.
    pub path: String,
    /// Its id.
    pub id: String,
    /// Its first employee.
    pub admin: UserId,
    /// Their employment.
    pub admin_employee: String,
}

impl Organization {
    /// The path of one of its employments.
    #[must_use]
    pub fn employee(&self, id: &str) -> String {
        format!("{}/employees/{id}", self.path)
    }
}

/// One of an organization's people.
#[derive(Clone, Debug)]
pub struct Employee {
    /// The path of their employment.
    pub path: String,
    /// The id of their employment.
    pub id: String,
    /// The person.
    pub user: UserId,
}

/// One of an organization's teams.
#[derive(Clone, Debug)]
pub struct Team {
    /// Its path.
    pub path: String,
    /// Its id.
    pub id: String,
}

impl Team {
    /// The path of a membership in it.
    #[must_use]
    pub fn member(&self, employee: &str) -> String {
        format!("{}/members/{employee}", self.path)
    }

    /// The path of its roles at a location.
    #[must_use]
    pub fn at(&self, location: &str) -> String {
        format!("{}/roles/{location}", self.path)
    }
}

impl World {
    /// Starts everything around the service, and lets `router` make the service of it.
    pub async fn start<E: Into<anyhow::Error>>(
        service: Service,
        migrate: impl AsyncFnOnce(&PgPool) -> Result<(), E>,
        router: impl FnOnce(&Self) -> anyhow::Result<Router>,
    ) -> Self {
        let clock = TestClock::at("2026-03-02T12:00:00Z").unwrap();
        let mint = Arc::new(Mint::start(clock.clone()).await.unwrap());
        let iam = IamService::start(mint.clone(), service.name).await;
        let network = ChaosProxy::start(iam.address).await.unwrap();
        let database = TestDatabase::create(migrate).await.unwrap();
        let mut world = Self {
            mint,
            iam,
            network,
            clock,
            router: Router::new(),
            service,
            database,
        };
        world.router = router(&world).unwrap();
        world
    }

    /// What every service is told.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            listen: "127.0.0.1:0".parse().unwrap(),
            issuer: self.mint.iss().to_owned(),
            issuer_base_url: Some(format!("http://{}", self.iam.address).parse().unwrap()),
            demo: false,
            otlp_endpoint: None,
            log: "warn".to_owned(),
            log_format: LogFormat::Pretty,
            deadline: Duration::from_secs(2),
        }
    }

    /// Where its database is.
    #[must_use]
    pub fn database(&self) -> Database {
        Database {
            database_url: Some(self.database.url().as_str().into()),
            database_url_file: None,
        }
    }

    /// No broker: nobody publishes, unless the test does.
    #[must_use]
    pub const fn broker(&self) -> Broker {
        Broker {
            nats_url: None,
            nats_url_file: None,
        }
    }

    /// How it proves itself to iam-service.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials {
            client_id: self.service.name.to_owned(),
            client_secret: Some("secret".into()),
            client_secret_file: None,
        }
    }

    /// Where it finds iam-service: behind the network.
    #[must_use]
    pub fn iam_service_url(&self) -> Url {
        format!("http://{}", self.network.address())
            .parse()
            .unwrap()
    }

    /// The test's clock, as both of the service's.
    #[must_use]
    pub fn clocks(&self) -> Clocks {
        self.clock.clone().into()
    }

    /// Its database.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        self.database.pool()
    }

    /// A user who creates organizations.
    #[must_use]
    pub fn platform(&self) -> Session {
        self.with_token(self.founder())
    }

    /// Their token.
    fn founder(&self) -> String {
        let user = self.iam.user("platform-admin@realguardio.example");
        let token = self.mint.user(&user).claim("roles", [self.service.founder]);
        token.token()
    }

    /// A user without any application role.
    #[must_use]
    pub fn as_user(&self, user: UserId) -> Session {
        self.with_token(self.mint.user(&user).claim("name", "Grace").token())
    }

    /// security-system-service, with these scopes.
    #[must_use]
    pub fn as_machine(&self, scopes: &str) -> Session {
        let token = self
            .mint
            .machine("security-system-service", self.service.name, scopes);
        self.with_token(token.token())
    }

    /// Whoever has this token.
    #[must_use]
    pub fn with_token(&self, token: String) -> Session {
        Session::new(self.router.clone(), Some(token))
    }

    /// Nobody.
    #[must_use]
    pub fn anonymous(&self) -> Session {
        Session::new(self.router.clone(), None)
    }

    /// An organization with its first administrator, `admin@<name>.example`.
    pub async fn organization(&self, name: &str) -> Organization {
        let email = format!("admin@{}.example", name.to_lowercase().replace(' ', "-"));
        let body = json!({ "name": name, "administrator": { "email": email, "name": "Ada" } });
        let created = self.platform().post(self.service.path, body).await;
        let created = created.is(StatusCode::CREATED);
        let id = created["id"].as_str().unwrap().to_owned();
        Organization {
            path: format!("{}/{id}", self.service.path),
            id,
            admin: self.iam.user(&email),
            admin_employee: created["administrator"]["id"].as_str().unwrap().to_owned(),
        }
    }

    /// Somebody hired with these roles.
    pub async fn hire(&self, by: &Organization, email: &str, roles: &[&str]) -> Employee {
        let body = json!({ "email": email, "name": "Grace", "roles": roles });
        let id = self.create(by, "employees", body).await;
        Employee {
            path: by.employee(&id),
            id,
            user: self.iam.user(email),
        }
    }

    /// A team without members and roles.
    pub async fn team(&self, of: &Organization, name: &str) -> Team {
        let id = self.create(of, "teams", json!({ "name": name })).await;
        Team {
            path: format!("{}/teams/{id}", of.path),
            id,
        }
    }

    /// Whatever the organization's first administrator creates in this list. This is its id.
    pub async fn create(&self, of: &Organization, list: &str, body: serde_json::Value) -> String {
        let created = self
            .as_user(of.admin)
            .post(&format!("{}/{list}", of.path), body)
            .await;
        let created = created.is(StatusCode::CREATED);
        created["id"].as_str().unwrap().to_owned()
    }
}
