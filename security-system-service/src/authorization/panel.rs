//! Panels: the machines that report alarms.

use chassis::auth::{Machine, MissingScope};

/// The scope of a client that may report alarms.
pub const SCOPE: &str = "alarms";

/// That a client may report alarms of any system.
#[derive(Debug, Clone)]
pub struct Panel {
    client: String,
}

impl Panel {
    /// The panel, if the client is one.
    ///
    /// # Errors
    ///
    /// When it lacks the scope.
    pub fn of(machine: Machine) -> Result<Self, MissingScope> {
        machine.require(SCOPE)?;
        Ok(Self {
            client: machine.client_id,
        })
    }

    /// The client's id.
    #[must_use]
    pub fn client(&self) -> &str {
        &self.client
    }
}
