//! What happened to a system: who, what, when.

use serde::Deserialize;

use super::moment::Moment;

/// How long somebody else's change stands out.
const FRESH_MILLIS: i64 = 10_000;

/// The person, or the machine, behind a change.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Never changes; a machine has none.
    #[serde(default)]
    pub user_id: Option<String>,
    /// As it was when it happened.
    pub name: String,
}

/// What was done; more kinds than a person can do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum Happening {
    /// Guarding began.
    Armed,
    /// Guarding ended.
    Disarmed,
    /// Somebody took note of an alarm.
    Acknowledged,
    /// The panel reported something.
    Alarm,
    /// Something that this program does not know yet.
    Other(String),
}

impl From<String> for Happening {
    fn from(word: String) -> Self {
        match word.as_str() {
            "ARM" => Self::Armed,
            "DISARM" => Self::Disarmed,
            "ACKNOWLEDGE" => Self::Acknowledged,
            "ALARM" => Self::Alarm,
            _ => Self::Other(word),
        }
    }
}

impl Happening {
    /// With the name of who did it, or of nobody.
    #[must_use]
    pub fn sentence(&self, by: Option<&str>) -> String {
        let what = match self {
            Self::Armed => "Armed",
            Self::Disarmed => "Disarmed",
            Self::Acknowledged => "Alarm acknowledged",
            Self::Alarm => "Alarm raised",
            Self::Other(word) => word,
        };
        by.map_or_else(|| what.to_owned(), |name| format!("{what} by {name}"))
    }
}

/// The change that made a version.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Change {
    /// Nobody, when the panel did it.
    #[serde(default)]
    pub by: Option<Person>,
    /// When.
    pub at: Moment,
    /// What.
    pub action: Happening,
}

impl Change {
    /// "Disarmed by Ada Ruiz".
    #[must_use]
    pub fn sentence(&self) -> String {
        self.action
            .sentence(self.by.as_ref().map(|person| person.name.as_str()))
    }

    /// Is it so new, and by somebody else, that it should catch the eye?
    #[must_use]
    pub fn stands_out(&self, now: Moment, me: Option<&str>) -> bool {
        now.millis() - self.at.millis() < FRESH_MILLIS && !me.is_some_and(|me| self.is_by(me))
    }

    /// Did this person do it?
    #[must_use]
    pub fn is_by(&self, user_id: &str) -> bool {
        self.by
            .as_ref()
            .is_some_and(|person| person.user_id.as_deref() == Some(user_id))
    }
}
