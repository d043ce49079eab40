//! Whoever asks for much waits for themselves.
//!
//! Whatever is read or changed holds a connection, and a change waits with it for the lock on its organization. Were all
//! let in at once, those of one person, or of one organization, would hold every connection, and keep everybody waiting.
//! So they stand in line before they hold any.

use std::sync::Arc;

use access::UserId;
use chassis::turns::{Crowded, Turn, Turns};

use crate::domain::OrganizationId;

/// So much is read or changed for one person at once, of whatever organizations.
const BY_ONE: usize = 4;
/// So many changes of one organization are made at once: they lock it, and so are made one by one anyhow.
const OF_ONE: usize = 1;
/// So many of a person's requests, and of an organization's changes, are in line, those among them that are being
/// carried out.
const IN_LINE: usize = 32;

/// The lines of those who ask. One stands in that of the caller first ([`Caller`](crate::http::Caller)), and for a change
/// then in that of the organization, which only those enter who may change it: nobody fills it alone, and nobody from
/// outside.
#[derive(Debug, Clone)]
pub struct Lines {
    callers: Arc<Turns<UserId>>,
    organizations: Arc<Turns<OrganizationId>>,
}

/// It is one's turn to change an organization, until this is dropped.
#[derive(Debug)]
pub struct TurnToChange {
    _of: Turn,
}

impl Lines {
    /// Waits until it is the caller's turn.
    pub(crate) async fn by(&self, caller: UserId) -> Result<Turn, Crowded> {
        self.callers.take(caller).await
    }

    /// Waits until it is the organization's turn.
    pub(super) async fn of(&self, organization: OrganizationId) -> Result<TurnToChange, Crowded> {
        let of = self.organizations.take(organization).await?;
        Ok(TurnToChange { _of: of })
    }
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            callers: Arc::new(Turns::new(BY_ONE, IN_LINE)),
            organizations: Arc::new(Turns::new(OF_ONE, IN_LINE)),
        }
    }
}
