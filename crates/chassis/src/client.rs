//! Calls to other services.
//!
//! ```text
//!   ServiceClient ──▶ Breaker ──▶ TokenSource ──▶ request ──▶ the other service
//!                     open? fail   machine token    traceparent,
//!                     at once      for it           what may be spent of the deadline
//! ```
//!
//! A call ends in one of three ways, which callers must never confuse: it was answered
//! ([`Reply`]), it was definitely refused ([`ClientError::Refused`]: the other service understood and
//! said no), or nothing is known ([`ClientError::Unavailable`]: it may even have been done;
//! [`ClientError::Behind`]: it is not as fresh as was asked for; [`ClientError::Crowded`]: too many ask for the same;
//! [`ClientError::TooLarge`]: it has more to tell than is read).
//!
//! Nothing is asked of another service that may not be [asked twice](send_repeatable).
//!
//! Service to service is always a machine token, with the person's id in the body. A person's
//! token is never passed on.

mod breaker;
mod call;
mod error;
mod exchange;
mod repeat;
mod service;
mod tokens;

pub use self::{
    breaker::{Breaker, BreakerSettings, Pass},
    call::{Call, Reply},
    error::ClientError,
    repeat::{is_repeatable, send_repeatable},
    service::ServiceClient,
    tokens::TokenSource,
};

use std::time::Duration;

/// An HTTP client as services use it: pooled, quick to give up on connecting, following no
/// redirect (a token must not travel where a redirect points) and knowing no proxy (nor past one
/// that the environment happens to name).
///
/// # Errors
///
/// When TLS cannot be set up.
pub fn http_client() -> anyhow::Result<reqwest::Client> {
    // Err: it is set already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(Duration::from_secs(1))
        .pool_idle_timeout(Duration::from_secs(20))
        .timeout(Duration::from_secs(30))
        .build()?;
    Ok(client)
}
