//! Installing a system: a saga over two services.
//!
//! ```text
//!   installer        security-system-service                  customer-service
//!     │  POST                │  which location, which version?       │
//!     ├─────────────────────▶├──────────────────────────────────────▶│
//!     │                      │ row PENDING                           │
//!     │                      │  reserve it for me, at that version   │
//!     │                      ├──────────────────────────────────────▶│ now it cannot be removed
//!     │        201           │ row ACTIVE, event                     │
//!     │◀─────────────────────┤                                       │
//! ```
//!
//! From the row on, the installation happens: if the second call has an unknown outcome, the answer
//! is 202 and the [finisher](super::Finisher) asks again, as it does after a crash. Only a definite
//! refusal undoes.

use access::{LocationId, SystemId};
use chassis::auth::User;
use idempotency::{Begun, IdempotencyKey};
use outbox::{ConsistencyToken, Position};

use super::{App, Failure};
use crate::authorization::Refusal;
use crate::authorization::installer::{Installation, NotInstalled};
use crate::domain::{Lifecycle, Standing, State};
use crate::store::Inserted;

/// An intention to install a system.
#[derive(Debug, Clone)]
pub struct Install {
    /// Who.
    pub user: User,
    /// Where.
    pub location: LocationId,
    /// The id that it gets, if it is a new one.
    pub id: SystemId,
    /// By which it is found again.
    pub key: Option<IdempotencyKey>,
    /// How fresh the facts must be.
    pub freshness: ConsistencyToken,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installed {
    /// The system.
    pub id: SystemId,
    /// What it is doing, if it is in service; otherwise it will be, or be refused.
    pub state: Option<State>,
    /// Where the outbox stands with it.
    pub position: Position,
}

impl App {
    /// Installs a system at a location.
    ///
    /// # Errors
    ///
    /// When the caller may not, or the location cannot be had.
    pub async fn install(&self, install: Install) -> Result<Installed, Failure> {
        let _turn = self.turn(install.user.id).await?;
        let freshness = self.presented(&install.freshness);
        let installation =
            Installation::authorize(&install.user, install.location, &self.owners, &freshness)
                .await?;
        let standing = self.put_on_record(&install, &installation).await?;
        self.first_attempt(standing).await
    }

    /// The system of this request: a new one, or the one that the same request found before.
    async fn put_on_record(
        &self,
        install: &Install,
        installation: &Installation,
    ) -> Result<Standing, Failure> {
        let (key, now) = (install.key.as_ref(), self.clock.now());
        let begun = self
            .idempotency
            .begin(install.user.id, key, &install.location, now);
        let mut mark = match begun.await? {
            Begun::Again(id) => return Ok(self.store.standing(id).await?),
            Begun::First(mark) => mark,
        };
        let inserted = self
            .store
            .intend(install.id, installation, &mut mark, now)
            .await;
        mark.give_up().await;
        match inserted? {
            Inserted::Standing(standing) => Ok(standing),
            Inserted::LocationTaken => Err(Failure::LocationTaken),
        }
    }

    /// What the worker would do, at once: mostly it succeeds, and the answer can say so.
    async fn first_attempt(&self, standing: Standing) -> Result<Installed, Failure> {
        let id = standing.id;
        let standing = match standing.lifecycle {
            Lifecycle::Pending { .. } => match self.advance(standing).await {
                // Whoever made the step: where it has led is on record.
                Ok(_) => self.store.standing(id).await?,
                // It is asked again later.
                Err(Failure::Refused(Refusal::Undecided(_))) => standing,
                Err(failure) => return Err(failure),
            },
            _ => standing,
        };
        let state = match standing.lifecycle {
            Lifecycle::Pending { .. } => None,
            Lifecycle::Active(state) => Some(state),
            Lifecycle::Removing | Lifecycle::Removed => return Err(Failure::LocationTaken),
        };
        Ok(Installed {
            id,
            state,
            position: self.store.position().await?,
        })
    }
}

impl From<NotInstalled> for Failure {
    fn from(reason: NotInstalled) -> Self {
        match reason {
            NotInstalled::NotAnInstaller => Self::NotAnInstaller,
            NotInstalled::NoSuchLocation => Self::NoSuchLocation,
            NotInstalled::Undecided(cause) => cause.into(),
        }
    }
}
