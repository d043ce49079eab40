//! What this person may do to a system and why not more, and how that was decided.

use serde::Deserialize;

use super::history::{Authorization, Grant, duration};
use super::missing::Missing;
use super::reason;
use super::system::Action;

/// What was decided, all by the same facts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The strategy that decided.
    pub strategy: String,
    #[serde(default)]
    facts_age_ms: i64,
    #[serde(default)]
    policy_version: Option<String>,
    #[serde(default)]
    partial: bool,
    #[serde(default)]
    took_micros: u64,
    /// Each operation.
    pub operations: Vec<Explained>,
}

/// What was decided about an operation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Explained {
    operation: Operation,
    outcome: Outcome,
    /// The strategy that decides when it is tried.
    #[serde(default)]
    strategy: Option<String>,
    #[serde(default)]
    grants: Vec<Grant>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    missing: Option<Missing>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Operation {
    View,
    Arm,
    Disarm,
    Acknowledge,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Outcome {
    Allowed,
    Denied,
    StepUp,
    /// Also whatever this program does not know yet: it is neither yes nor no.
    #[serde(other)]
    Undecided,
}

impl Explanation {
    /// "decided by fetch (the owners of the facts were asked), facts 12 ms old, in 3.2 ms".
    #[must_use]
    pub fn provenance(&self) -> String {
        let decided = Authorization {
            strategy: Some(self.strategy.clone()),
            grants: Vec::new(),
            facts_age_ms: Some(self.facts_age_ms),
            partial: self.partial,
            policy_version: self.policy_version.clone(),
        };
        let provenance = decided.provenance().unwrap_or_default();
        format!("{provenance}, in {}", self.took())
    }

    /// How old the facts were.
    #[must_use]
    pub fn age(&self) -> String {
        duration(self.facts_age_ms.max(0))
    }

    /// How long it took, to a tenth of a millisecond.
    #[must_use]
    pub fn took(&self) -> String {
        let tenths = self.took_micros.div_ceil(100);
        format!("{}.{} ms", tenths / 10, tenths % 10)
    }

    /// Whether another one answers the same, whatever its reasons.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        let answers = |of: &Self| -> Vec<_> {
            let operations = of.operations.iter();
            operations
                .map(|said| (said.operation, said.outcome))
                .collect()
        };
        answers(self) == answers(other)
    }

    /// "You may disarm it."; or no promise, where another strategy decides an attempt, which may know something else.
    #[must_use]
    pub fn answer(&self, about: &Explained) -> String {
        let answer = about.answer();
        let Some(other) = self.decides_attempts(about) else {
            return answer;
        };
        let (first, rest) = answer.split_at(1);
        let rest = rest.trim_end_matches('.');
        format!(
            "By what {} knows, {}{rest}; when you try, {other} decides.",
            self.strategy,
            first.to_lowercase()
        )
    }

    /// Which strategy decides an attempt, where that is another one than explains here.
    #[must_use]
    pub fn decides_attempts<'a>(&'a self, of: &'a Explained) -> Option<&'a str> {
        let strategy = of.strategy.as_deref();
        strategy.filter(|strategy| of.operation.action().is_some() && *strategy != self.strategy)
    }
}

impl Explained {
    /// Whether the answer is yes.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allowed
    }

    /// Whether the answer is neither yes nor no.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.outcome == Outcome::Undecided
    }

    fn answer(&self) -> String {
        let verb = self.operation.verb();
        match self.outcome {
            Outcome::Allowed => format!("You may {verb}."),
            Outcome::Denied => format!("You may not {verb}."),
            Outcome::StepUp => format!("You may {verb}, after a stronger sign-in."),
            Outcome::Undecided => {
                format!("It could not be found out whether you may {verb}.")
            }
        }
    }

    /// The facts that it rests on, each enough by itself; or what is missing.
    #[must_use]
    pub fn because(&self) -> Vec<String> {
        match self.outcome {
            Outcome::Allowed if self.grants.is_empty() => {
                vec!["The policies allow it, whatever roles you hold.".to_owned()]
            }
            Outcome::Allowed => self.grants.iter().map(Grant::sentence).collect(),
            Outcome::Denied => vec![self.lack()],
            Outcome::StepUp => Vec::new(),
            Outcome::Undecided => {
                vec!["Who knows of it was silent, or what is known is too old.".to_owned()]
            }
        }
    }

    fn lack(&self) -> String {
        let missing = self.operation.action().zip(self.missing.as_ref());
        missing.map_or_else(
            || {
                self.reason
                    .as_deref()
                    .map(reason::words)
                    .unwrap_or_default()
            },
            |(action, missing)| missing.sentence(action),
        )
    }
}

impl Operation {
    const fn action(self) -> Option<Action> {
        match self {
            Self::View => None,
            Self::Arm => Some(Action::Arm),
            Self::Disarm => Some(Action::Disarm),
            Self::Acknowledge => Some(Action::Acknowledge),
        }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::View => "see this system",
            Self::Arm => "arm it",
            Self::Disarm => "disarm it",
            Self::Acknowledge => "acknowledge an alarm",
        }
    }
}
