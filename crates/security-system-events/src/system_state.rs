use access::{CustomerId, LocationId, SystemId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A security system, and how it came to be as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemState {
    /// Which system.
    pub system_id: SystemId,
    /// Where it stands.
    pub location_id: LocationId,
    /// Whose location that is.
    pub customer_id: CustomerId,
    /// What it is doing.
    pub state: State,
    /// Its version, as in its `ETag`.
    pub version: i64,
    /// Who brought it there; `null` for a machine.
    pub changed_by: Option<ChangedBy>,
    /// When.
    pub at: Timestamp,
    /// By what; `null` for its creation.
    pub action: Option<Action>,
}

/// The person who acted, as they were called then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedBy {
    /// Which person.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
}

/// What a system is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// It is being created, and nobody sees it yet.
    Pending,
    /// It does not watch.
    Disarmed,
    /// It watches.
    Armed,
    /// It has seen something.
    Alarmed,
}

/// What brought a system from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// A person armed it.
    Arm,
    /// A person disarmed it.
    Disarm,
    /// A person acknowledged its alarm.
    Acknowledge,
    /// Its panel raised an alarm.
    Alarm,
}
