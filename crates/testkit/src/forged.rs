//! Tokens that no service may believe.
//!
//! The table has two halves. [`by_anybody`] holds what anybody can make who has seen one good
//! token and the published keys; it works against any issuer. [`by_the_issuer`] holds tokens that
//! the issuer really signed, but for something else: another audience, another time, another kind
//! of caller. Each forgery differs from a good token in one thing, so that a check that is missing
//! lets exactly one of them pass.
//!
//! [`throw`] sends a table to every route of a running service that takes a token of some kind:
//!
//! ```no_run
//! # async fn example(mint: testkit::mint::Mint, service: url::Url, document: serde_json::Value) -> anyhow::Result<()> {
//! use testkit::forged::{self, Kind};
//!
//! let kind = Kind::User;
//! let genuine = kind.genuine(&mint, "customer-service").token();
//! let forgeries = forged::table(&mint, kind, "customer-service");
//! let thrown = forged::throw((&service, &document), kind, &genuine, &forgeries).await?;
//! assert_eq!(thrown.misses, [""; 0]);
//! # Ok(()) }
//! ```

mod anybody;
mod issuer;
mod throw;

pub use anybody::by_anybody;
pub use issuer::by_the_issuer;
pub use throw::{Thrown, throw};

use crate::mint::{Mint, Token};

/// The person in the tokens of the table.
pub const PERSON: &str = "0198c5a0-0000-7000-8000-00000000f0f0";

/// A token that must be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgery {
    /// What is wrong with it.
    pub name: &'static str,
    /// The text after `Bearer`.
    pub token: String,
    /// The answer that it must get.
    pub status: u16,
}

impl Forgery {
    fn new(name: &'static str, token: impl Into<String>) -> Self {
        Self {
            name,
            token: token.into(),
            status: 401,
        }
    }
}

/// Which kind of caller an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// People.
    User,
    /// Clients, on their own behalf, with this scope.
    Machine(&'static str),
}

impl Kind {
    /// A token of this kind that is good, to be shown to be believed, or to be spoiled.
    #[must_use]
    pub fn genuine<'mint>(self, mint: &'mint Mint, audience: &str) -> Token<'mint> {
        match self {
            Self::User => mint.user(PERSON),
            Self::Machine(scope) => mint.machine("forger", audience, scope),
        }
    }
}

/// All forgeries for an endpoint of this kind.
#[must_use]
pub fn table(mint: &Mint, kind: Kind, audience: &str) -> Vec<Forgery> {
    let genuine = kind.genuine(mint, audience).token();
    let mut table = by_anybody(&genuine, &mint.public_jwk());
    table.extend(by_the_issuer(mint, kind, audience));
    table
}
