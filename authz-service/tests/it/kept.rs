//! A library with a database of its own, and nobody who tells it facts.

use std::fs;

use authz_service::config::Config;
use authz_service::http::ROLE;
use authz_service::migrate;
use clap::Parser;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::clock::TestClock;
use testkit::mint::Mint;
use testkit::postgres::TestDatabase;
use testkit::session::{Answer, Session};

use crate::library::{VISITOR, may};
use crate::owners::{Instance, NOON};
use crate::policies::{APPROVER, AUTHOR};

pub(crate) const SCHEMA: &str = "
    entity Group, Exception;
    entity User in [Group, Exception];
    entity Shelf { readers?: Group };
    entity Book { shelf?: Shelf, exceptions?: { read?: Set<Exception> } };
    action read, borrow appliesTo { principal: User, resource: Book };
";
pub(crate) const POLICIES: &str = r#"
    @id("readers") permit (principal, action == Action::"read", resource)
    when { resource has shelf.readers && principal in resource.shelf.readers };
    @id("exception") permit (principal, action == Action::"read", resource)
    when { resource has exceptions.read && principal in resource.exceptions.read };
"#;

/// A library with a database of its own, and nobody who tells it facts.
pub(crate) struct Library {
    pub(crate) clock: TestClock,
    pub(crate) here: Instance,
    /// What the service is told.
    pub(crate) arguments: Vec<String>,
    database: TestDatabase,
    mint: Mint,
    config: Config,
    _files: TempDir,
}

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    config: Config,
}

impl Library {
    pub(crate) async fn open() -> Self {
        Self::open_at(TestClock::at(NOON).unwrap()).await
    }

    pub(crate) async fn open_at(clock: TestClock) -> Self {
        let files = crate::library::files();
        let at = |name: &str| files.path().join(name).display().to_string();
        fs::write(at("policies/library.cedarschema"), SCHEMA).unwrap();
        fs::write(at("policies/library.cedar"), POLICIES).unwrap();
        let mint = Mint::start(clock.clone()).await.unwrap();
        let database = TestDatabase::create(migrate).await.unwrap();
        let (policies, facts, callers) = (at("policies"), at("facts.json"), at("callers.json"));
        let arguments = [
            ("--policies", &*policies),
            ("--facts", &facts),
            ("--callers", &callers),
            ("--issuer", mint.iss()),
            ("--database-url", database.url().as_str()),
        ];
        let arguments = arguments
            .into_iter()
            .flat_map(|(flag, value)| [flag, value]);
        let arguments: Vec<_> = arguments.map(str::to_owned).collect();
        let name = ["authz-service".to_owned()];
        let all = name.iter().chain(&arguments);
        let config = Program::try_parse_from(all).unwrap().config;
        let here = Instance::start(&config, &clock, database.pool().clone());
        here.take_in().await;
        Self {
            clock,
            here,
            arguments,
            database,
            mint,
            config,
            _files: files,
        }
    }

    pub(crate) fn another(&self) -> Instance {
        Instance::start(&self.config, &self.clock, self.database.pool().clone())
    }

    pub(crate) fn signed_in(&self, user: &str) -> Session {
        Session::new(self.here.router.clone(), Some(self.token(user)))
    }

    /// The token of a policy administrator.
    pub(crate) fn token(&self, user: &str) -> String {
        let token = self.mint.user(user);
        token.claim("roles", [ROLE]).claim("name", user).token()
    }

    pub(crate) fn people(&self) -> [Session; 2] {
        [AUTHOR, APPROVER].map(|user| self.signed_in(user))
    }

    pub(crate) async fn ask_at(&self, instance: &Instance, question: Value) -> Answer {
        let visitor = Session::new(instance.router.clone(), Some(VISITOR.to_owned()));
        visitor.post("/access/v1/evaluation", question).await
    }

    /// Whether Ada may read the book that is locked away.
    pub(crate) async fn may(&self) -> bool {
        let answer = self.ask_at(&self.here, may("ada", "read", "codex")).await;
        answer.is(StatusCode::OK)["decision"].as_bool().unwrap()
    }

    /// Asks for that, for so many seconds, and has somebody else approve it.
    pub(crate) async fn agree(&self, seconds: i64) -> Value {
        let [author, approver] = self.people();
        let asked = author.post("/exceptions", self.wish(seconds)).await;
        let path = format!("/exceptions/{}/approval", asked.is(StatusCode::OK)["id"]);
        let agreed = approver.post(&path, json!({})).await.is(StatusCode::OK);
        self.here.take_in().await;
        agreed
    }

    pub(crate) fn wish(&self, seconds: i64) -> Value {
        let mut wish = may("ada", "read", "codex");
        wish["reason"] = "the reading room is being painted".into();
        let until = self.clock.now() + SignedDuration::from_secs(seconds);
        wish["until"] = until.to_string().into();
        wish
    }
}
