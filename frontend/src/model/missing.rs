//! The closest missing fact: the least that would have to change for the answer to be yes.

use serde::Deserialize;

use super::path::Path;
use super::role::Role;
use super::schedule::Schedule;
use super::system::{Action, Named};

/// What is missing to this person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    path: Path,
    role: Role,
    at: Named,
    /// What they do hold here, by whatever path.
    #[serde(default)]
    held: Vec<Role>,
    /// Closed now, if it is there.
    #[serde(default)]
    outside_schedule: Option<Schedule>,
}

impl Missing {
    /// What they may do, what they may not, and what it would take: "You may disarm here, but not arm: the role ARMER is needed."
    #[must_use]
    pub fn sentence(&self, action: Action) -> String {
        match &self.outside_schedule {
            None => self.lacking(action),
            Some(shift) if self.held.contains(&self.role) => self.closed(shift),
            Some(shift) => format!("{} {}", self.lacking(action), self.closed(shift)),
        }
    }

    fn lacking(&self, action: Action) -> String {
        // Off shift nothing that is held counts, except for looking.
        let opens = |role: &Role| self.outside_schedule.is_none() && self.held.contains(role);
        let may = match (opens(&Role::armer()), opens(&Role::disarmer())) {
            (true, _) if action != Action::Arm => "arm",
            (_, true) if action == Action::Arm => "disarm",
            _ => "look",
        };
        let at = match self.path {
            // This very place: its name stands above.
            Path::Location => String::new(),
            path => format!(" {}", path.to(&self.at)),
        };
        let verb = action.imperative().to_lowercase();
        format!(
            "You may {may} here, but not {verb}: the role {}{at} is needed.",
            self.role
        )
    }

    fn closed(&self, shift: &Schedule) -> String {
        let with = match self.path {
            Path::Team => "with the team",
            _ => "at",
        };
        let shift_at = format!("Your shift {with} {}", self.at.name);
        if shift.has_hours() {
            format!("{shift_at} is closed now: {shift}.")
        } else {
            format!("{shift_at} has no hours at all.")
        }
    }
}
