//! The demo world: customers with their locations and systems, dealers, a monitoring provider, and
//! the people of all of them.
//!
//! [`services`] and [`clients`] are what the world is made with, [`cast`] is the world as data. [`seed`] makes it through the services' public APIs alone, from
//! the bootstrap link on, just as people with browsers would: [`visitor`] fills in the forms of the
//! sign-in pages, [`api`] calls the services with the token that comes of it. `cargo xtask demo` and
//! the stories in `tests/` use the same code, so that a story begins where a visitor of the demo does.

pub mod api;
pub mod cast;
pub mod clients;
pub mod mailbox;
pub mod seed;
pub mod services;
pub mod visitor;

use url::Url;

/// Where the services are.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// iam-service, also the issuer.
    pub iam: Url,
    /// customer-service.
    pub customer: Url,
    /// dealer-service.
    pub dealer: Url,
    /// monitoring-service.
    pub monitoring: Url,
    /// security-system-service.
    pub security_system: Url,
}
