//! The closest missing fact: the least that would have to change for the answer to be yes.

use serde::Deserialize;

use super::role::Role;
use super::schedule::Schedule;
use super::system::Named;

/// What is missing to this person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    role: Role,
    at: Named,
    #[serde(default)]
    held: Vec<Role>,
    #[serde(default)]
    outside_schedule: Option<Schedule>,
}

impl Missing {
    /// "You are VIEWER at this location; DISARMER is needed."
    #[must_use]
    pub fn sentence(&self) -> String {
        match &self.outside_schedule {
            None => self.lacking(),
            Some(shift) if self.held.contains(&self.role) => {
                format!("You are off shift; your shift is {shift}.")
            }
            Some(shift) => format!("{} Also, you are off shift: {shift}.", self.lacking()),
        }
    }

    fn lacking(&self) -> String {
        let held: Vec<String> = self.held.iter().map(ToString::to_string).collect();
        if held.is_empty() {
            format!("You need the role {} at {}.", self.role, self.at.name)
        } else {
            format!(
                "You are {} here; {} is needed.",
                held.join(" and "),
                self.role
            )
        }
    }
}
