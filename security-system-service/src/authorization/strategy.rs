//! The names of the strategies, and which one decides what.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PerOperation;

/// A way to come by remote facts and to decide on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Ask the owners of the facts on every request.
    Fetch,
    /// Keep what the owners' events say, and decide from that.
    Replicate,
    /// Take what iam-service put into the token.
    Provide,
    /// Take employments from the token, and keep the rest.
    Combine,
    /// Have authz-service decide, which is told all facts.
    Delegate,
    /// The same, and tell it what is this service's own.
    DelegateLocal,
}

/// No strategy has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no strategy")]
pub struct UnknownStrategy(String);

impl Strategy {
    /// Every strategy there is.
    pub const ALL: [Self; 6] = [
        Self::Fetch,
        Self::Replicate,
        Self::Provide,
        Self::Combine,
        Self::Delegate,
        Self::DelegateLocal,
    ];

    /// Those that look at facts as they are now, whatever token comes with the request.
    pub const LIVE: [Self; 4] = [
        Self::Fetch,
        Self::Replicate,
        Self::Delegate,
        Self::DelegateLocal,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Replicate => "replicate",
            Self::Provide => "provide",
            Self::Combine => "combine",
            Self::Delegate => "delegate",
            Self::DelegateLocal => "delegate-local",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Strategy {
    type Err = UnknownStrategy;

    fn from_str(name: &str) -> Result<Self, UnknownStrategy> {
        let mut all = Self::ALL.into_iter();
        all.find(|strategy| strategy.as_str() == name)
            .ok_or_else(|| UnknownStrategy(name.to_owned()))
    }
}

/// A strategy that decides where the token does not tell enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Live(Strategy);

/// The strategy needs the token to tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no strategy that looks at facts as they are now")]
pub struct NotLive(String);

impl Live {
    /// Which one.
    #[must_use]
    pub const fn strategy(self) -> Strategy {
        self.0
    }
}

impl FromStr for Live {
    type Err = NotLive;

    fn from_str(name: &str) -> Result<Self, NotLive> {
        let mut live = Strategy::LIVE.into_iter();
        let named = live.find(|strategy| strategy.as_str() == name);
        named.map(Self).ok_or_else(|| NotLive(name.to_owned()))
    }
}

/// Which strategy decides which operation. Written as `disarm=fetch,view=replicate`; what is not
/// named is decided by the default.
pub type Strategies = PerOperation<Strategy>;

impl Default for Strategies {
    fn default() -> Self {
        Self {
            view: Strategy::Fetch,
            arm: Strategy::Fetch,
            disarm: Strategy::Fetch,
            acknowledge: Strategy::Fetch,
        }
    }
}
