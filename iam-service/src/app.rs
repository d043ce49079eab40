//! What can be done: one file per use case.
//!
//! Each takes the instant from the clock, draws what it needs at random, works in one transaction, and leaves to the
//! workers what has to leave the house: mail, logouts, events.

mod authorize;
mod bootstrap;
mod clean_up;
mod client_credentials;
mod deliver_logouts;
mod deliver_mail;
mod end_session;
mod find_or_create_user;
mod forgot_password;
mod gather;
mod introspect;
mod invite;
mod keys;
mod known_device;
mod one_time_link;
mod passwords;
mod redeem_code;
mod refresh;
mod remove_user;
mod replica;
mod revoke;
mod set_password;
mod set_roles;
mod sign_in;
mod throttle;
mod tokens;
mod user_info;

pub use authorize::IssuedCode;
pub use bootstrap::BootstrapError;
pub use clean_up::CleanUp;
pub use client_credentials::MachineRequest;
pub use deliver_logouts::LogoutCourier;
pub use deliver_mail::{MailCourier, letter};
pub use end_session::LogoutHint;
pub use find_or_create_user::FoundOrCreated;
pub use gather::{Gathering, ROOM};
pub use introspect::Introspection;
pub use invite::{InviteError, Invited};
pub use keys::{RotateError, Rotated};
pub use known_device::{Devices, LIFETIME as DEVICE_LIFETIME};
pub use passwords::Passwords;
pub use redeem_code::Redemption;
pub use replica::Replica;
pub use set_password::{Choice, SetPasswordError};
pub use set_roles::UserError;
pub use sign_in::{SignIn, SignInError, SignedIn};
pub use throttle::turns;
pub use tokens::{GrantError, IssuedTokens};

use std::sync::{Arc, Mutex, PoisonError};

use chassis::clock::Clock;
use chassis::program::Wake;
use chassis::turns::Turns;
use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::domain::client::Clients;
use crate::domain::signing_key::Unopened;
use crate::domain::throttle::Subject;
use crate::domain::ticket::Secrets;
use crate::store::{self, Store};

/// Everything that the use cases work with.
#[derive(Debug)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The registered clients.
    pub clients: Clients,
    /// What tickets are made with.
    pub secrets: Secrets,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Whose attempts are being counted.
    pub turns: Turns<Subject>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws at random.
    pub randomness: Randomness,
    /// The service's identity, as in `iss`: configured, never taken from a request.
    pub issuer: String,
    /// How long a user's access token lives.
    pub access_token_lifetime: SignedDuration,
    /// Where the facts in access tokens come from.
    pub gathering: Gathering,
    /// Tells the workers that there is something to deliver.
    pub wake: Wake,
}

impl App {
    /// The time by the clock for tokens.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An address of this service, as others see it.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.trim_end_matches('/'))
    }
}

/// The one generator that all others are seeded from.
#[derive(Debug)]
pub struct Randomness(Mutex<StdRng>);

impl Randomness {
    /// From a seeded generator.
    #[must_use]
    pub fn new(rng: StdRng) -> Self {
        Self(Mutex::new(rng))
    }

    /// A generator for one use case.
    #[must_use]
    pub fn rng(&self) -> StdRng {
        StdRng::from_rng(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Something did not work that has nothing to do with what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// More of the same at once than can be in time.
    #[error("too many wait for the same")]
    Busy,
    /// More by one person at once than may wait.
    #[error("too many by one person wait")]
    Crowded,
    /// What was asked to be waited for has not arrived.
    #[error("the events asked for have not arrived yet")]
    NotYet,
    /// The signing keys.
    #[error(transparent)]
    Keys(#[from] Unopened),
    /// Anything that cannot happen.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl Failure {
    /// Whether the same may work in a moment. Anything else is our mistake.
    #[must_use]
    pub fn passes(&self) -> bool {
        match self {
            Self::Store(error) => error.is_outage(),
            Self::Busy | Self::Crowded | Self::NotYet => true,
            Self::Keys(_) | Self::Internal(_) => false,
        }
    }
}
