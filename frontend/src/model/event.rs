//! What the server tells without being asked.

use serde::Deserialize;

use super::system::{System, SystemId};

/// One server-sent event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A system that this person may view, as they see it now.
    System(Box<System>),
    /// This person no longer sees this system.
    Removed(SystemId),
    /// Other systems may be visible than before: read the list again.
    List,
    /// The server cannot tell whether what it sent is still so.
    Stale,
    /// It can again.
    Fresh,
    /// It is there, and has nothing else to say.
    Beat,
}

/// The names of all events, for subscribing.
pub const NAMES: [&str; 6] = ["system", "removed", "list", "stale", "fresh", "beat"];

#[derive(Deserialize)]
struct Removed {
    id: SystemId,
}

impl Event {
    /// Reads an event of this name.
    ///
    /// # Errors
    ///
    /// When the data is not what the name promises, or the name promises nothing.
    pub fn decode(name: &str, data: &str) -> Result<Self, String> {
        let broken = |error: serde_json::Error| format!("event `{name}`: {error}");
        Ok(match name {
            "system" => Self::System(serde_json::from_str(data).map_err(broken)?),
            "removed" => Self::Removed(serde_json::from_str::<Removed>(data).map_err(broken)?.id),
            "list" => Self::List,
            "stale" => Self::Stale,
            "fresh" => Self::Fresh,
            "beat" => Self::Beat,
            _ => return Err(format!("event `{name}` is unknown")),
        })
    }
}
