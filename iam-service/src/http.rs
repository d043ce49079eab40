//! Routes, pages and answers. One file per endpoint, with its errors.
//!
//! Three kinds of callers come here, and each is answered in its own language: people get pages, OAuth clients get the
//! errors of RFC 6749, services and administrators get problem details.
//!
//! The service's own health, metrics and OpenAPI document are for none of them: they are behind another address
//! ([`Faces::operations`]), because browsers reach this one.

mod authorize;
mod client_authentication;
mod cookies;
mod demo_accounts;
mod discovery;
mod end_session;
mod forgot_password;
mod introspect;
mod invitations;
mod jwks;
mod mailbox;
mod oauth_error;
mod one_time_links;
mod page;
mod parameters;
mod peer;
mod problems;
mod revoke;
mod sign_in;
mod style;
mod token;
mod user;
mod user_roles;
mod userinfo;
mod users;
mod wait;

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::FromRef;
use axum::http::HeaderValue;
use axum::{Router, middleware};
use chassis::auth::Verifier;
use chassis::config::Settings;
use chassis::http::{harden, not_found};
use chassis::operations::Operations;
use freshness::OwnOutbox;
use idempotency::Idempotency;
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken, Inbox, Position};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::NAME;
use crate::app::App;
pub use cookies::Cookies;
pub use demo_accounts::DemoAccounts;
pub use peer::TrustedProxies;

/// What handlers need.
#[derive(Debug, Clone, FromRef)]
pub struct Api {
    /// The use cases.
    pub app: Arc<App>,
    /// Believes or refuses tokens that come back.
    pub verifier: Arc<Verifier>,
    /// How far events have been applied.
    pub inbox: Inbox,
    /// Carries creating requests out once.
    pub idempotency: Idempotency,
    /// The names of this service's cookies.
    pub cookies: Arc<Cookies>,
    /// Proxies that say truly whom they speak for.
    pub proxies: Arc<TrustedProxies>,
    /// What a demonstration shows.
    pub demo: Option<Arc<Demo>>,
}

/// What only a demonstration shows.
#[derive(Debug)]
pub struct Demo {
    /// The accounts that anybody may sign in with.
    pub accounts: DemoAccounts,
}

impl Demo {
    /// A demonstration whose accounts are listed in this file, if in any.
    #[must_use]
    pub fn new(accounts: Option<PathBuf>) -> Self {
        Self {
            accounts: DemoAccounts::new(accounts),
        }
    }
}

/// The two faces of this service, ready to face the network.
#[derive(Debug)]
pub struct Faces {
    /// What people, clients and services reach.
    pub public: Router,
    /// What those who watch the service reach: health, metrics, the OpenAPI document.
    pub operations: Router,
}

/// All routes of this service.
pub fn faces(api: Api, settings: &Settings) -> Faces {
    let outbox = OwnOutbox {
        name: NAME,
        pool: api.app.store.pool().clone(),
        verifier: api.verifier.clone(),
    };
    let fresh = middleware::from_fn_with_state(outbox, freshness::require);
    let mut routes = oauth().merge(pages()).merge(users().layer(fresh));
    if api.demo.is_some() {
        routes = routes.routes(routes!(mailbox::show));
    }
    let secure = settings.issuer.starts_with("https:");
    let (public, operations) = operations(&api).apart(routes.with_state(api));
    // The demo is for looking around, on one machine: whoever knows where a service is there finds all of it.
    let public = if settings.demo {
        public.merge(operations.clone())
    } else {
        public
    };
    let protect = middleware::from_fn_with_state(secure, page::protect);
    Faces {
        public: harden(public.fallback(not_found).layer(protect), settings),
        operations: harden(operations.fallback(not_found), settings),
    }
}

/// What OAuth clients talk to.
fn oauth() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(discovery::openid_configuration))
        .routes(routes!(discovery::authorization_server))
        .routes(routes!(jwks::keys))
        .routes(routes!(authorize::authorize, authorize::authorize_by_form))
        .routes(routes!(token::token))
        .routes(routes!(introspect::introspect))
        .routes(routes!(revoke::revoke))
        .routes(routes!(
            end_session::end_session,
            end_session::end_session_by_form
        ))
}

/// What people look at.
fn pages() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::show, sign_in::submit))
        .routes(routes!(end_session::sign_out))
        .routes(routes!(forgot_password::show, forgot_password::submit))
        .routes(routes!(one_time_links::show, one_time_links::submit))
        .routes(routes!(style::stylesheet))
}

/// What takes a token: it is for administrators and services, and for people to read of themselves.
fn users() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(users::list, users::find_or_create))
        .routes(routes!(user::read, user::remove))
        .routes(routes!(user_roles::replace))
        .routes(routes!(invitations::invite))
        .routes(routes!(userinfo::user_info, userinfo::user_info_by_form))
}

/// How the service is watched.
fn operations(api: &Api) -> Operations {
    let (app, inbox) = (Arc::clone(&api.app), api.inbox.clone());
    Operations::new(NAME)
        .problems(problems::PROBLEMS)
        .problems(idempotency::PROBLEMS)
        .check("database", move |headers| {
            let (app, inbox) = (Arc::clone(&app), inbox.clone());
            async move { wait::until_ready(&app, &inbox, &headers).await }
        })
}

/// The header that tells where a write is.
fn written(position: Position) -> Option<[(&'static str, HeaderValue); 1]> {
    let token = ConsistencyToken::of(iam_events::SOURCE, position).header_value()?;
    Some([(CONSISTENCY_TOKEN, token)])
}
