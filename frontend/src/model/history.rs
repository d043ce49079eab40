//! What happened to a system, and why it was allowed.

use serde::Deserialize;

use super::change::{Change, Happening, Person};
use super::moment::Moment;
use super::path::Path;
use super::role::Role;
use super::schedule::Schedule;
use super::system::{Named, State};

/// One entry of the history.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// When.
    pub at: Moment,
    /// Nobody, when the panel did it.
    #[serde(default)]
    pub by: Option<Person>,
    /// What.
    pub action: Happening,
    /// What the system was doing before; nothing, when it was created.
    #[serde(default)]
    pub from: Option<State>,
    /// What it did after.
    pub to: State,
    /// The version that the system has had since.
    #[serde(default)]
    pub version: Option<u64>,
    /// What the decision rested on.
    #[serde(default)]
    pub authorized_by: Option<Authorization>,
}

/// Why something was allowed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// How the facts were got.
    #[serde(default)]
    pub strategy: Option<String>,
    /// Each of them would have been enough.
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// How old the facts were.
    #[serde(default)]
    pub facts_age_ms: Option<i64>,
    /// There may be more of them: somebody who would have known was silent.
    #[serde(default)]
    pub partial: bool,
    /// The policy that decided, where one did.
    #[serde(default)]
    pub policy_version: Option<String>,
}

/// A role, and where it was held.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Grant {
    /// Through what.
    pub path: Path,
    /// Which role.
    pub role: Role,
    /// At what.
    pub at: Named,
    /// What restricted it in time, if anything did.
    #[serde(default)]
    pub schedule: Option<Schedule>,
}

impl Entry {
    /// "Disarmed by Ada Ruiz".
    #[must_use]
    pub fn sentence(&self) -> String {
        self.change().sentence()
    }

    /// The change that this entry tells of.
    #[must_use]
    pub fn change(&self) -> Change {
        Change {
            by: self.by.clone(),
            at: self.at,
            action: self.action.clone(),
        }
    }
}

impl Grant {
    /// "DISARMER at the dealer Keystone Security, in the shift Mon–Fri 08:00–18:00 Europe/Madrid".
    #[must_use]
    pub fn sentence(&self) -> String {
        let shift = self
            .schedule
            .as_ref()
            .map(|shift| format!(", in the shift {shift}"))
            .unwrap_or_default();
        format!("{} {}{shift}", self.role, self.path.to(&self.at))
    }
}

impl Authorization {
    /// "decided by fetch (the owners of the facts were asked), facts 12 ms old".
    #[must_use]
    pub fn provenance(&self) -> Option<String> {
        let strategy = self
            .strategy
            .as_ref()
            .map(|strategy| format!("decided by {strategy}{}", in_words(strategy)));
        // Two machines' clocks: what comes from the future is new.
        let age = self
            .facts_age_ms
            .map(|millis| format!("facts {} old", duration(millis.max(0))));
        let policy = self
            .policy_version
            .as_ref()
            .map(|version| format!("policy {version}"));
        let partial = self
            .partial
            .then(|| "not every service answered, and this was enough".to_owned());
        let parts: Vec<String> = [strategy, age, policy, partial]
            .into_iter()
            .flatten()
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Where a strategy has its facts from. One that is not known here is named, and no more.
fn in_words(strategy: &str) -> &'static str {
    match strategy {
        "fetch" => " (the owners of the facts were asked)",
        "replicate" => " (from the service's own copy of the facts)",
        "provide" => " (from the access token)",
        "combine" => " (from the access token, and the service's own copy)",
        "delegate" | "delegate-local" => " (authz-service was asked)",
        _ => "",
    }
}

/// So many milliseconds, as short as they are exact.
pub(super) fn duration(millis: i64) -> String {
    match millis {
        ..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{} s", millis / 1_000),
        _ => format!("{} min", millis / 60_000),
    }
}
