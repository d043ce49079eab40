//! The BFF as browsers see it.
//!
//! ```text
//! /bff/…     sessions: user, session, login, callback, logout, backchannel-logout, events
//! /api/…     the services' own paths, along the allow-list
//! /problems/…  what problems mean, those of the services behind us too
//! /…         the user interface
//! ```
//!
//! The BFF's own health, metrics and OpenAPI document are nothing for browsers: they are behind
//! another address ([`Faces::operations`]), as those of every service are.
//!
//! Every answer carries the headers that keep a browser from doing what it should not
//! ([`headers`]). Calls that act for a person are made by our own pages only ([`own_page`]).

mod api;
mod backchannel_logout;
mod callback;
mod cookies;
mod door;
mod edge;
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

use axum::{
    Router, middleware,
    routing::{any, get},
};
use chassis::{
    config::Settings,
    http::{harden, not_found},
    operations::Operations,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{NAME, app::Sessions, events::Hub, upstream::Upstreams};

pub use edge::Edge;

/// What handlers need.
#[derive(Clone, Debug)]
pub struct Api {
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

/// The two faces of the BFF, each hardened like any service.
#[derive(Debug)]
pub struct Faces {
    /// What browsers reach; around all of it, what they must not do.
    pub browsers: Router,
    /// What those who watch the BFF reach: health, metrics, the OpenAPI document.
    pub operations: Router,
}

/// The BFF's routes.
pub fn faces(api: Api, settings: &Settings) -> Faces {
    let store = api.sessions.store().clone();
    let ui = ui::service(api.ui_dir.clone());
    let security = headers::SecurityHeaders::new(api.sessions.public_url());
    let routes = OpenApiRouter::new()
        .routes(routes!(user::get_user))
        .routes(routes!(user::get_session))
        .routes(routes!(login::login))
        .routes(routes!(callback::callback))
        .routes(routes!(logout::logout))
        .routes(routes!(backchannel_logout::backchannel_logout))
        .routes(routes!(events::events))
        .route("/api/{*path}", any(api::forward))
        .route(door::STYLE, get(door::stylesheet))
        .route("/favicon.ico", get(door::icon))
        .with_state(api);
    let (browsers, operations) = Operations::new(NAME)
        .problems(&problems::documented())
        .home("/")
        .check("database", move |_| {
            let store = store.clone();
            async move { store.ping().await.map_err(|error| error.to_string()) }
        })
        .apart(routes);
    let browsers = harden(browsers.fallback_service(ui), settings);
    Faces {
        browsers: browsers.layer(middleware::from_fn_with_state(security, headers::add)),
        operations: harden(operations.fallback(not_found), settings),
    }
}
