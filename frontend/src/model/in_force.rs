//! Which strategy decides what, as administrators of a demonstration choose it.

use serde::Deserialize;

use super::change::Person;
use super::moment::Moment;
use super::trouble::Trouble;

/// Which strategy decides what.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Strategies {
    /// Those that there are to choose from.
    pub strategies: Vec<String>,
    /// Each operation.
    pub operations: Vec<InForce>,
}

/// Which strategy decides an operation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InForce {
    /// The operation, as addresses name it.
    pub operation: String,
    /// The strategy that decides.
    pub strategy: String,
    /// The one that decides where none was chosen.
    pub configured: String,
    /// The one that was chosen, if it is not to be the configured one.
    #[serde(default)]
    pub chosen: Option<String>,
    /// Grows with every choice; sent back as `If-Match`.
    pub version: u64,
    /// The last choice, if there was one.
    #[serde(default)]
    pub changed: Option<Changed>,
}

/// Who chose, and when.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Changed {
    /// Who.
    pub by: Person,
    /// When.
    pub at: Moment,
}

impl InForce {
    /// "Disarm"
    #[must_use]
    pub fn title(&self) -> String {
        let mut letters = self.operation.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    }

    /// "fetch decides, chosen by Priya Nair": what is in force, and why.
    #[must_use]
    pub fn standing(&self) -> String {
        let why = match (&self.chosen, &self.changed) {
            (Some(_), Some(changed)) => format!("chosen by {}", changed.by.name),
            (Some(_), None) => "chosen".to_owned(),
            (None, Some(changed)) => format!("as configured, again by {}", changed.by.name),
            (None, None) => "as configured".to_owned(),
        };
        format!("{} decides, {why}", self.strategy)
    }
}

/// Why a choice did not come about, in words.
#[must_use]
pub fn not_chosen(trouble: &Trouble) -> String {
    match trouble.status() {
        None => "No answer came, so it may have been chosen all the same.".to_owned(),
        Some(403) => "That is for administrators of RealGuardIO.".to_owned(),
        Some(412) => "Somebody else has chosen meanwhile: look at what is in force now.".to_owned(),
        Some(_) => trouble.in_words(),
    }
}
