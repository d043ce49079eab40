//! The service's HTTP interface. Only here is known which status *we answer*.
//!
//! | operation | who | answers |
//! |---|---|---|
//! | `GET /securitysystems` | people | the systems they may view, in pages |
//! | `POST /securitysystems` | installers | 201, or 202 while the location is being reserved |
//! | `GET /securitysystems/{id}` | people | the system, with what they may do and why not more |
//! | `PUT /securitysystems/{id}` | people | the system after arming, disarming or acknowledging |
//! | `DELETE /securitysystems/{id}` | installers | 204 |
//! | `GET /securitysystems/{id}/history` | people | who did what, and why that was allowed |
//! | `GET /securitysystems/{id}/explanation` | people | what they may do and why not more, and how that was decided |
//! | `POST /securitysystems/{id}/alarms` | panels | 202 |
//! | `GET /strategies` | administrators of a demonstration | which strategy decides what |
//! | `PUT /strategies/{operation}` | the same | that it is another one from now on |
//! | `DELETE /strategies/{operation}` | the same | that it is the configured one again |

mod act;
mod alarms;
mod explain;
mod headers;
mod history;
mod install;
mod list;
pub mod problems;
mod readiness;
mod remove;
mod representation;
mod show;
mod strategies;

pub use readiness::{chosen, reached};

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use axum::middleware;
use chassis::auth::Verifier;
use chassis::clock::Clock;
use chassis::entropy::Entropy;
use freshness::OwnOutbox;
use outbox::Inbox;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::NAME;
use crate::app::App;

/// What handlers need.
#[derive(Debug, Clone)]
pub struct Api {
    /// The use cases.
    pub app: Arc<App>,
    /// Tells valid tokens from others.
    pub verifier: Arc<Verifier>,
    /// The clock for decisions.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub entropy: Entropy,
    /// How far the events of others have come.
    pub inbox: Inbox,
    /// How long whoever waits for a position waits.
    pub patience: Duration,
    /// Whether strategies may be chosen: by a request, and while the service runs.
    pub demo: bool,
}

impl FromRef<Api> for Arc<Verifier> {
    fn from_ref(api: &Api) -> Self {
        api.verifier.clone()
    }
}

/// All operations, with their documentation.
pub fn routes(api: Api) -> OpenApiRouter {
    let outbox = OwnOutbox {
        name: NAME,
        pool: api.app.store().pool().clone(),
        verifier: api.verifier.clone(),
    };
    let mut router = OpenApiRouter::new()
        .routes(routes!(list::list, install::install))
        .routes(routes!(show::show, act::act, remove::remove))
        .routes(routes!(history::history))
        .routes(routes!(explain::explain))
        .routes(routes!(alarms::alarm));
    if api.demo {
        router = router
            .routes(routes!(strategies::list))
            .routes(routes!(strategies::choose, strategies::reset));
    }
    router
        .with_state(api)
        .layer(middleware::from_fn_with_state(outbox, freshness::require))
}
