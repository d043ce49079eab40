//! The demo world: customers with their locations and systems, dealers, a monitoring provider, and
//! the people of all of them.
//!
//! [`services`] and [`clients`] are what the world is made with, and what they may do follows from there in Postgres
//! ([`databases`]) and at NATS ([`broker`]); [`preparation`] writes down what each of them reads, with [`secrets`] made for
//! the occasion; [`strategies`] are what it may be told. [`cast`] is the world as data. [`seed`] makes it through the services' public APIs alone, from
//! the bootstrap link on, just as people with browsers would: [`visitor`] fills in the forms of the
//! sign-in pages, [`api`] calls the services with the token that comes of it, and who has no time is asked again ([`patience`]). `cargo xtask demo` and
//! the stories in `tests/` use the same code, so that a story begins where a visitor of the demo does.

pub mod api;
pub mod bootstrap;
pub mod broker;
pub mod cast;
pub mod clients;
pub mod databases;
pub mod kept;
pub mod mailbox;
pub mod patience;
pub mod preparation;
pub mod secrets;
pub mod seed;
pub mod services;
pub mod strategies;
pub mod visitor;

use std::time::Duration;

use rand::distr::{Distribution, StandardUniform};
use reqwest::{Client, redirect::Policy};
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

/// A client for our own services: on this machine or beside it, so past any proxy. Redirects are left to the caller.
///
/// # Errors
///
/// When TLS cannot be set up.
pub fn http_client() -> anyhow::Result<Client> {
    // Refused when it is there already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().redirect(Policy::none());
    Ok(client.timeout(Duration::from_secs(10)).build()?)
}

/// Drawn at random: secrets, and the keys of requests.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where randomness enters the demo world"
)]
fn drawn<T>() -> T
where
    StandardUniform: Distribution<T>,
{
    rand::random()
}
