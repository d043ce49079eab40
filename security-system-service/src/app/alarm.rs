//! An alarm, reported by a panel.

use access::SystemId;
use outbox::Position;

use super::{App, Failure};
use crate::authorization::Refusal;
use crate::authorization::panel::Panel;
use crate::store::Alarmed;

impl App {
    /// Has a system alarmed, if it guards. A report to one that does not is taken, and changes
    /// nothing. Answers where the outbox stands.
    ///
    /// # Errors
    ///
    /// When there is no such system.
    pub async fn alarm(&self, panel: &Panel, system: SystemId) -> Result<Position, Failure> {
        match self.store.alarm(panel, system, self.clock.now()).await? {
            Alarmed::Raised(position) => Ok(position),
            Alarmed::Unchanged => Ok(self.store.position().await?),
            Alarmed::NoSuchSystem => Err(Failure::Refused(Refusal::Hidden)),
        }
    }
}
