//! What the BFF does for a browser, one use case a file.
//!
//! ```text
//! begin_login ─▶ (provider) ─▶ complete_login ─▶ current ──▶ every request
//!                                                  │  └──▶ refresh, one at a time per session
//!                                                  ▼
//!                                   sign_out · provider_logout · sweep
//! ```

mod begin_login;
mod complete_login;
mod current;
mod observe;
mod provider_logout;
mod refresh;
mod sign_out;
mod sweep;

pub use begin_login::Begun;
pub use complete_login::{Answer, LoginFailure, SignedIn};
pub use current::{Current, NoSession};
pub use provider_logout::NotLoggedOut;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use chassis::{clock::Clock, entropy::Entropy};
use jiff::SignedDuration;
use tokio_util::task::TaskTracker;

use crate::{
    domain::{KeyRing, PublicUrl, SessionId},
    provider::Provider,
    store::{Changes, Store},
};
use refresh::Flight;

/// The sessions of all browsers, as this replica serves them.
#[derive(Clone)]
pub struct Sessions(Arc<Parts>);

/// What [`Sessions`] are made of.
pub struct Parts {
    /// The records.
    pub store: Store,
    /// Word of their changes.
    pub changes: Changes,
    /// Keys of the cookies.
    pub ring: KeyRing,
    /// The origin that gives the cookies their names.
    pub public_url: PublicUrl,
    /// Who signs people in.
    pub provider: Provider,
    /// By which tokens and sessions expire.
    pub clock: Arc<dyn Clock>,
    /// How long a session lasts, whatever happens.
    pub lifetime: SignedDuration,
    /// Where randomness comes from.
    pub entropy: Entropy,
    /// What goes on when the request that began it has gone.
    pub tasks: TaskTracker,
    /// Refreshes of this replica that are under way.
    pub flights: Flights,
}

/// Refreshes under way: whoever needs the same one waits for it.
#[derive(Default)]
pub struct Flights(Mutex<HashMap<(SessionId, i64), Flight>>);

impl Sessions {
    /// Sessions made of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The origin that browsers know.
    #[must_use]
    pub fn public_url(&self) -> &PublicUrl {
        &self.0.public_url
    }

    /// Word of changed sessions.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.0.changes
    }

    /// The records.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The clock by which tokens expire.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sessions").field(&self.0.provider).finish()
    }
}
