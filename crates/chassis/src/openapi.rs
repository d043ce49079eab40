//! The document that says what a service offers, and to whom.
//!
//! It is made of the handlers' own types by `utoipa`. Handlers write down what is theirs; what is
//! the same everywhere is added here: the security schemes, the problems that any operation of
//! its kind may answer with, and the headers that follow from what it says of itself:
//!
//! | header | is taken by an operation that |
//! |---|---|
//! | `Consistency-Token` | takes a token |
//! | `If-Match` | may answer 412 |
//! | `Idempotency-Key` | is a person's `POST` that may answer 201 |
//!
//! A tidy test holds handlers to the last two; the first is a layer's, which every service has a test of. An operation says its kind by its security:
//!
//! | `security(…)` | takes |
//! |---|---|
//! | `("user" = [])` | a person's token |
//! | `("machine" = ["scope"])` | a client's own token with this scope |
//! | `()` | no token |
//!
//! Silence is not a kind: [`routes`] refuses a document with an operation that says nothing, so
//! that no route is forgotten when forged tokens are thrown at all of them.

use ::http::StatusCode;
use anyhow::{Context as _, bail};
use serde_json::Value;
use utoipa::{
    PartialSchema as _,
    openapi::{
        Components, ContentBuilder, Info, OpenApi, Ref, RefOr, Required, ResponseBuilder,
        path::{Operation, ParameterBuilder, ParameterIn, PathItem},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::problem::{self, ProblemBody};

/// The security scheme of operations for people.
pub const USER: &str = "user";
/// The security scheme of operations for clients.
pub const MACHINE: &str = "machine";

const KEY: &str =
    "Names this request: the same key and body get the same answer, and nothing is done twice.";
const VERSION: &str = "The `ETag` of what the caller means to change.";
const FRESHNESS: &str = "At least as fresh as this: tokens that writes were answered with.";

/// Adds to a document what is the same everywhere.
pub(crate) fn complete(mut document: OpenApi, service: &str) -> OpenApi {
    document.info = Info::new(service, env!("CARGO_PKG_VERSION"));
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme(USER, bearer("A person's access token (RFC 9068)."));
    components.add_security_scheme(MACHINE, bearer("A client's own access token."));
    components
        .schemas
        .insert("Problem".to_owned(), ProblemBody::schema());
    for (path, item) in &mut document.paths.paths {
        if let Some(creating) = item.post.as_mut().filter(|post| creates(post)) {
            add_header(creating, "Idempotency-Key", KEY);
        }
        if let Some(posting) = &mut item.post {
            add_body_problems(posting);
        }
        for operation in operations(item) {
            if operation.responses.responses.contains_key("412") {
                add_header(operation, "If-Match", VERSION);
            }
            if is_protected(operation) {
                add_header(operation, "Consistency-Token", FRESHNESS);
            }
            if operation.request_body.is_some() {
                add_body_problems(operation);
            }
            if path.contains('{') {
                add_problem(operation, "404", "No such thing for the caller.");
            }
            add_problems(operation);
        }
    }
    document
}

fn bearer(description: &str) -> SecurityScheme {
    SecurityScheme::Http(
        HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(description))
            .build(),
    )
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.options,
        &mut item.head,
        &mut item.patch,
        &mut item.trace,
    ]
    .into_iter()
    .flatten()
}

fn is_protected(operation: &Operation) -> bool {
    let kinds = operation.security.iter().flatten();
    kinds
        .into_iter()
        .any(|kind| *kind != SecurityRequirement::default())
}

/// Whether it is a person who creates something: a client may repeat its requests as they are.
fn creates(operation: &Operation) -> bool {
    let user = SecurityRequirement::new(USER, [] as [&str; 0]);
    let is_for_people = operation
        .security
        .iter()
        .flatten()
        .any(|kind| *kind == user);
    is_for_people && operation.responses.responses.contains_key("201")
}

fn add_header(operation: &mut Operation, name: &str, description: &str) {
    let header = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(String::schema()));
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(RefOr::T(header.build()));
}

/// Adds what the handler did not name.
fn add_problem(operation: &mut Operation, status: &str, description: &str) {
    operation
        .responses
        .responses
        .entry(status.to_owned())
        .or_insert_with(|| RefOr::T(ResponseBuilder::new().description(description).build()));
}

/// What a body may be refused for. A `POST` has one even if it is a form, which no schema describes.
fn add_body_problems(operation: &mut Operation) {
    add_problem(operation, "413", "The body is too large.");
    add_problem(operation, "415", "The body is of another type.");
}

/// The problems that the chassis answers with, and the body of those that the handler named.
fn add_problems(operation: &mut Operation) {
    let protected = is_protected(operation);
    let common = [
        ("400", "The request cannot be understood.", true),
        (
            "401",
            "No valid token of the kind that is taken here.",
            protected,
        ),
        (
            "422",
            "A field holds what it must not.",
            operation.request_body.is_some() || takes_query(operation),
        ),
        ("431", "The headers are too large.", true),
        ("500", "A failure of ours.", true),
        ("503", "It could not be decided or done in time.", true),
    ];
    for (status, description, _) in common.into_iter().filter(|(_, _, applies)| *applies) {
        add_problem(operation, status, description);
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        // OpenAPI wants one, and a body that describes itself needs no other.
        if response.description.is_empty() {
            reason(status).clone_into(&mut response.description);
        }
        if status.as_str() >= "400" && response.content.is_empty() {
            let schema = Ref::from_schema_name("Problem");
            let content = ContentBuilder::new().schema(Some(schema)).build();
            response
                .content
                .insert(problem::CONTENT_TYPE.to_owned(), RefOr::T(content));
        }
    }
}

fn reason(status: &str) -> &'static str {
    let status = StatusCode::from_bytes(status.as_bytes()).ok();
    status
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Otherwise")
}

fn takes_query(operation: &Operation) -> bool {
    operation.parameters.iter().flatten().any(|parameter| {
        matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
    })
}

/// Who an operation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Anybody.
    Public,
    /// People.
    User,
    /// Clients, on their own behalf.
    Machine,
}

/// An operation of a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The method, in capitals.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// Its operation id.
    pub operation_id: String,
    /// Who it is for.
    pub kind: Kind,
}

/// All operations of a document as served at `/openapi.json`.
///
/// # Errors
///
/// When it is none, or an operation does not say who it is for.
pub fn routes(document: &Value) -> anyhow::Result<Vec<Route>> {
    let paths = document["paths"]
        .as_object()
        .context("no OpenAPI document")?;
    let mut routes = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().context("no path item")? {
            let method = method.to_uppercase();
            let kind = kind(operation).with_context(|| format!("{method} {path}"))?;
            let operation_id = operation["operationId"]
                .as_str()
                .with_context(|| format!("{method} {path} has no operationId"))?
                .to_owned();
            routes.push(Route {
                method,
                path: path.clone(),
                operation_id,
                kind,
            });
        }
    }
    Ok(routes)
}

fn kind(operation: &Value) -> anyhow::Result<Kind> {
    let security = operation["security"]
        .as_array()
        .context("does not say who it is for")?;
    let names: Vec<_> = security
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|requirement| requirement.keys())
        .collect();
    match names.as_slice() {
        [] => Ok(Kind::Public),
        [name] if *name == USER => Ok(Kind::User),
        [name] if *name == MACHINE => Ok(Kind::Machine),
        _ => bail!("is for more than one kind of caller"),
    }
}
