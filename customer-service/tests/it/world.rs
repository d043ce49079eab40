//! A service of its own for each test, and people to use it.

use std::sync::Arc;

use access::UserId;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chassis::clock::{Clock, Clocks};
use chassis::config::{Broker, Credentials, Database, LogFormat, Settings};
use customer_service::Config;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sqlx::PgPool;
use testkit::clock::TestClock;
use testkit::mint::Mint;
use testkit::postgres::TestDatabase;
use testkit::proxy::ChaosProxy;
use tower::ServiceExt;

use crate::iam::IamService;

pub(crate) struct World {
    pub(crate) mint: Arc<Mint>,
    pub(crate) iam: IamService,
    /// Between the service and iam-service.
    pub(crate) network: ChaosProxy,
    pub(crate) clock: TestClock,
    pub(crate) config: Config,
    router: Router,
    database: TestDatabase,
}

/// A customer, and who administers it.
pub(crate) struct Customer {
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) admin: UserId,
    pub(crate) admin_employee: String,
}

/// One of a customer's people.
pub(crate) struct Employee {
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) user: UserId,
}

#[derive(Debug)]
struct Hand(TestClock);

impl Clock for Hand {
    fn now(&self) -> jiff::Timestamp {
        self.0.now()
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        let clock = TestClock::at("2026-03-02T12:00:00Z").unwrap();
        let mint = Arc::new(Mint::start(clock.clone()).await.unwrap());
        let iam = IamService::start(mint.clone()).await;
        let network = ChaosProxy::start(iam.address).await.unwrap();
        let database = TestDatabase::create(customer_service::migrate_pool)
            .await
            .unwrap();
        let config = config(&mint, &iam, &network, &database);
        let clocks = clocks(&clock);
        let api = customer_service::api(&config, &clocks, database.pool().clone()).unwrap();
        let router = customer_service::router(api, &config.settings);
        Self {
            mint,
            iam,
            network,
            clock,
            config,
            router,
            database,
        }
    }

    pub(crate) fn pool(&self) -> &PgPool {
        self.database.pool()
    }

    /// A user who gives RealGuardIO its customers.
    pub(crate) fn platform(&self) -> Session<'_> {
        let user = self.iam.user("platform-admin@realguardio.example");
        self.with_token(
            self.mint
                .user(&user)
                .claim("roles", ["REALGUARDIO_ADMINISTRATOR"])
                .token(),
        )
    }

    pub(crate) fn as_user(&self, user: UserId) -> Session<'_> {
        self.with_token(self.mint.user(&user).claim("name", "Grace").token())
    }

    pub(crate) fn as_machine(&self, scopes: &str) -> Session<'_> {
        let token = self
            .mint
            .machine("security-system-service", "customer-service", scopes);
        self.with_token(token.token())
    }

    pub(crate) fn with_token(&self, token: String) -> Session<'_> {
        Session {
            world: self,
            token: Some(token),
        }
    }

    pub(crate) fn anonymous(&self) -> Session<'_> {
        Session {
            world: self,
            token: None,
        }
    }

    /// A customer with its first administrator.
    pub(crate) async fn customer(&self, name: &str) -> Customer {
        let email = format!("admin@{}.example", name.to_lowercase().replace(' ', "-"));
        let body = json!({ "name": name, "administrator": { "email": email, "name": "Ada" } });
        let created = self
            .platform()
            .post("/customers", body)
            .await
            .is(StatusCode::CREATED);
        let id = created["id"].as_str().unwrap().to_owned();
        Customer {
            path: format!("/customers/{id}"),
            id,
            admin: self.iam.user(&email),
            admin_employee: created["administrator"]["id"].as_str().unwrap().to_owned(),
        }
    }

    /// Somebody hired with these roles.
    pub(crate) async fn hire(&self, customer: &Customer, email: &str, roles: &[&str]) -> Employee {
        let body = json!({ "email": email, "name": "Grace", "roles": roles });
        let path = format!("{}/employees", customer.path);
        let hired = self
            .as_user(customer.admin)
            .post(&path, body)
            .await
            .is(StatusCode::CREATED);
        let id = hired["id"].as_str().unwrap().to_owned();
        Employee {
            path: format!("{path}/{id}"),
            id,
            user: self.iam.user(email),
        }
    }

    pub(crate) async fn location(&self, customer: &Customer, name: &str) -> String {
        let path = format!("{}/locations", customer.path);
        let created = self
            .as_user(customer.admin)
            .post(&path, json!({ "name": name }))
            .await;
        created.is(StatusCode::CREATED)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn team(&self, customer: &Customer, name: &str) -> String {
        let path = format!("{}/teams", customer.path);
        let created = self
            .as_user(customer.admin)
            .post(&path, json!({ "name": name }))
            .await;
        created.is(StatusCode::CREATED)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// The test's clock as both of a service's.
pub(crate) fn clocks(clock: &TestClock) -> Clocks {
    let hand: Arc<dyn Clock> = Arc::new(Hand(clock.clone()));
    Clocks {
        decisions: hand.clone(),
        tokens: hand,
    }
}

fn config(mint: &Mint, iam: &IamService, network: &ChaosProxy, database: &TestDatabase) -> Config {
    Config {
        settings: Settings {
            listen: "127.0.0.1:0".parse().unwrap(),
            issuer: mint.iss().to_owned(),
            issuer_base_url: Some(format!("http://{}", iam.address).parse().unwrap()),
            demo: false,
            otlp_endpoint: None,
            log: "warn".to_owned(),
            log_format: LogFormat::Pretty,
            deadline: std::time::Duration::from_secs(2),
        },
        database: Database {
            database_url: Some(database.url().as_str().into()),
            database_url_file: None,
        },
        broker: Broker {
            nats_url: None,
            nats_url_file: None,
        },
        credentials: Credentials {
            client_id: "customer-service".to_owned(),
            client_secret: Some("secret".into()),
            client_secret_file: None,
        },
        iam_service_url: format!("http://{}", network.address()).parse().unwrap(),
    }
}

/// Requests by one caller.
#[derive(Clone)]
pub(crate) struct Session<'a> {
    world: &'a World,
    token: Option<String>,
}

impl Session<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body), &[]).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, &[]).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
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
        let request = request.body(body).unwrap();
        let response = self.world.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// It fails with a problem of this type.
    #[track_caller]
    pub(crate) fn fails(self, status: u16, slug: &str) -> Value {
        let problem = self.body["type"].as_str().unwrap_or_default().to_owned();
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        assert!(
            problem.ends_with(&format!("/problems/{slug}")),
            "{:#}",
            self.body
        );
        self.body
    }

    /// It is 422, for this field.
    #[track_caller]
    pub(crate) fn names(self, field: &str) {
        let body = self.fails(422, "invalid");
        let fields: Vec<_> = body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["field"])
            .collect();
        assert!(
            fields.iter().any(|it| *it == field),
            "{field} in {fields:?}"
        );
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> String {
        let value = self
            .headers
            .get(name)
            .unwrap_or_else(|| panic!("no {name}"));
        value.to_str().unwrap().to_owned()
    }
}
