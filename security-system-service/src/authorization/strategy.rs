//! The names of the strategies, and which one decides what.

use std::fmt;
use std::str::FromStr;

use access::Operation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A way to come by remote facts and to decide on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Ask the owners of the facts on every request.
    Fetch,
}

/// No strategy has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no strategy")]
pub struct UnknownStrategy(String);

impl Strategy {
    /// Every strategy there is.
    pub const ALL: [Self; 1] = [Self::Fetch];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
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

/// Which strategy decides which operation. Written as `disarm=fetch,view=fetch`; what is not
/// named is decided by the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strategies {
    view: Strategy,
    arm: Strategy,
    disarm: Strategy,
    acknowledge: Strategy,
}

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

impl Strategies {
    /// The strategy for an operation.
    #[must_use]
    pub const fn of(&self, operation: Operation) -> Strategy {
        match operation {
            Operation::View => self.view,
            Operation::Arm => self.arm,
            Operation::Disarm => self.disarm,
            Operation::Acknowledge => self.acknowledge,
        }
    }
}

/// The text assigns no strategies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStrategies {
    /// A part has another form.
    #[error("{0:?} is not of the form operation=strategy")]
    Form(String),
    /// A part names an operation that there is not.
    #[error("{0:?} is none of view, arm, disarm and acknowledge")]
    Operation(String),
    /// A part names a strategy that there is not.
    #[error(transparent)]
    Strategy(#[from] UnknownStrategy),
}

impl FromStr for Strategies {
    type Err = InvalidStrategies;

    fn from_str(text: &str) -> Result<Self, InvalidStrategies> {
        let mut strategies = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (operation, strategy) = part
                .split_once('=')
                .ok_or_else(|| InvalidStrategies::Form(part.to_owned()))?;
            let field = match operation {
                "view" => &mut strategies.view,
                "arm" => &mut strategies.arm,
                "disarm" => &mut strategies.disarm,
                "acknowledge" => &mut strategies.acknowledge,
                other => return Err(InvalidStrategies::Operation(other.to_owned())),
            };
            *field = strategy.parse()?;
        }
        Ok(strategies)
    }
}
