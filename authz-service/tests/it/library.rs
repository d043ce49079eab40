//! A library that is asked about by HTTP.

use std::fs;
use std::path::{Path, PathBuf};

use authz_service::Config;
use axum::Router;
use axum::body::Body;
use chassis::clock::Clocks;
use clap::Parser;
use http::{Method, Request, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::clock::TestClock;
use testkit::mint::Mint;
use tower::ServiceExt as _;

/// The key of a caller who can vouch for nothing.
pub(crate) const VISITOR: &str = "the key of a visitor, thirty-two characters and more";
/// The key of a caller who can vouch for where books are, and for the hour.
pub(crate) const CLERK: &str = "the key of a clerk, thirty-two characters and more";

const SCHEMA: &str = r"
    entity Group;
    entity User in [Group];
    entity Shelf { readers?: Group };
    entity Book { shelf?: Shelf, pages?: Long };
    action read, borrow appliesTo { principal: User, resource: Book, context: { hour?: Long, action?: { overnight?: Bool } } };
";
const POLICIES: &str = r#"
    @id("readers") permit (principal, action == Action::"read", resource)
    when { resource has shelf.readers && principal in resource.shelf.readers };
    @id("by-day") permit (principal, action == Action::"borrow", resource)
    when { context has hour && context.hour < 18 };
    @id("overnight") permit (principal == User::"ada", action == Action::"borrow", resource)
    when { context has action.overnight && context.action.overnight };
"#;

pub(crate) struct Library {
    pub(crate) router: Router,
    pub(crate) mint: Mint,
    _files: TempDir,
}

/// An answer, read to its end.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:#?}");
        self.body
    }
}

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    config: Config,
}

/// Policies and facts of a library, and who may ask about it, as files.
pub(crate) fn files() -> TempDir {
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(files.path().join(name), text).unwrap();
    fs::create_dir(files.path().join("policies")).unwrap();
    write("policies/library.cedarschema", SCHEMA);
    write("policies/library.cedar", POLICIES);
    let user = |id: &str| json!({ "uid": { "type": "User", "id": id }, "parents": [{ "type": "Group", "id": "clerks" }] });
    let book = |id: &str, shelf: &str| json!({ "uid": { "type": "Book", "id": id }, "attrs": { "shelf": { "type": "Shelf", "id": shelf } } });
    let shelf = json!({ "uid": { "type": "Shelf", "id": "open" }, "attrs": { "readers": { "type": "Group", "id": "clerks" } } });
    let facts = json!([
        user("ada"),
        user("ben"),
        shelf,
        book("atlas", "open"),
        book("bible", "open"),
        book("codex", "locked")
    ]);
    write("facts.json", &facts.to_string());
    let callers = json!({
        "visitor": { "key": VISITOR },
        "clerk": { "key": CLERK, "supplies": ["Book.shelf", "context.hour", "context.action"] },
        "till": { "supplies": ["context.hour"] },
    });
    write("callers.json", &callers.to_string());
    files
}

impl Library {
    pub(crate) async fn open() -> Self {
        Self::open_with(&[]).await
    }

    pub(crate) async fn open_with(arguments: &[&str]) -> Self {
        Self::open_in(files(), arguments).await.unwrap()
    }

    /// With these files, if they are well.
    pub(crate) async fn open_in(files: TempDir, arguments: &[&str]) -> anyhow::Result<Self> {
        let mint = Mint::start(TestClock::at("2026-11-22T12:00:00Z").unwrap())
            .await
            .unwrap();
        let config = config(files.path(), &mint, arguments);
        let clocks = Clocks {
            tokens: std::sync::Arc::new(TestClock::at("2026-11-22T12:00:00Z").unwrap()),
            ..Clocks::system()
        };
        let api = authz_service::api(&config, &clocks, None)?;
        let router = authz_service::router(api, &config.settings);
        Ok(Self {
            router,
            mint,
            _files: files,
        })
    }

    /// Asks as a clerk.
    pub(crate) async fn ask(&self, path: &str, question: Value) -> Answer {
        self.ask_as(CLERK, path, question).await
    }

    pub(crate) async fn ask_as(&self, key: &str, path: &str, question: Value) -> Answer {
        self.send(key, path, question.to_string()).await
    }

    pub(crate) async fn send(&self, key: &str, path: &str, body: String) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header("x-request-id", "7");
        self.call(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = Request::builder().method(Method::GET).uri(path);
        self.call(
            request
                .header(header::HOST, "elsewhere.example")
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn call(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let text = |name: &str| {
            answer
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let (status, content_type, request_id) = (
            answer.status().as_u16(),
            text("content-type"),
            text("x-request-id"),
        );
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            content_type: content_type.unwrap_or_default(),
            request_id,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }
}

fn config(files: &Path, mint: &Mint, arguments: &[&str]) -> Config {
    let at = |name: &str| -> PathBuf { files.join(name) };
    let told = [
        ("--policies", at("policies").display().to_string()),
        ("--facts", at("facts.json").display().to_string()),
        ("--callers", at("callers.json").display().to_string()),
        ("--issuer", mint.iss().to_owned()),
    ];
    let told = told
        .into_iter()
        .flat_map(|(flag, value)| [flag.to_owned(), value]);
    let all = ["authz-service".to_owned()].into_iter().chain(told);
    Program::try_parse_from(all.chain(arguments.iter().map(|argument| (*argument).to_owned())))
        .unwrap()
        .config
}

/// A question about a book.
pub(crate) fn may(user: &str, action: &str, book: &str) -> Value {
    json!({
        "subject": { "type": "User", "id": user },
        "action": { "name": action },
        "resource": { "type": "Book", "id": book },
    })
}
