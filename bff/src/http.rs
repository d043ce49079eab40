//! The BFF as browsers see it.
//!
//! ```text
//! /bff/…     sessions: user, login, callback, logout, backchannel-logout, events
//! /api/…     the services' own paths, along the allow-list
//! /health/…  /metrics  /openapi.json  /problems/…   of the BFF itself
//! /…         the user interface
//! ```
//!
//! Every answer carries the headers that keep a browser from doing what it should not
//! ([`headers`]). Calls that act for a person are made by our own pages only ([`own_page`]).

mod api;
mod backchannel_logout;
mod callback;
mod cookies;
mod events;
mod headers;
mod login;
mod logout;
mod own_page;
mod problems;
mod session;
mod ui;
mod user;

use std::{path::PathBuf, sync::Arc};

use axum::{Router, middleware, routing::any};
use chassis::{config::Settings, http::harden, operations::Operations};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::Sessions, edge::Edge, events::Hub, upstream::Upstreams};

/// What handlers need.
#[derive(Clone, Debug)]
pub struct Web {
    /// The sessions.
    pub sessions: Sessions,
    /// The optional check of tokens before they are sent on.
    pub edge: Option<Arc<Edge>>,
    /// The services behind.
    pub upstreams: Arc<Upstreams>,
    /// Live events.
    pub hub: Hub,
    /// Where the built user interface is.
    pub ui_dir: Option<PathBuf>,
    /// Whether this is a demonstration.
    pub demo: bool,
}

/// The BFF's routes, hardened like any service's; around all of it, what browsers must not do.
pub fn router(web: Web, settings: &Settings) -> Router {
    let store = web.sessions.store().clone();
    let ui = ui::service(web.ui_dir.clone());
    let security = headers::SecurityHeaders::new(web.sessions.public_url());
    let routes = OpenApiRouter::new()
        .routes(routes!(user::get_user))
        .routes(routes!(login::login))
        .routes(routes!(callback::callback))
        .routes(routes!(logout::logout))
        .routes(routes!(backchannel_logout::backchannel_logout))
        .routes(routes!(events::events))
        .route("/api/{*path}", any(api::forward))
        .with_state(web);
    let service = Operations::new("bff")
        .problems(problems::PROBLEMS)
        .check("database", move |_| {
            let store = store.clone();
            async move { store.ping().await.map_err(|error| error.to_string()) }
        })
        .router(routes)
        .fallback_service(ui);
    harden(service, settings).layer(middleware::from_fn_with_state(security, headers::add))
}
