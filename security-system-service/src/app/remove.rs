//! Removing a system: the installation backwards. First it is gone for everybody, then its location
//! is released.

use access::{Operation, SystemId};
use chassis::auth::User;
use outbox::{ConsistencyToken, Position};

use super::{App, Failure, Inquiry};
use crate::authorization::installer::{NotRemoved, Removal};
use crate::authorization::{Refusal, Strategy};
use crate::domain::{Lifecycle, Standing};

/// An attempt to remove a system.
#[derive(Debug, Clone)]
pub struct Remove {
    /// Who, as the token says.
    pub user: User,
    /// Which system.
    pub system: SystemId,
    /// The strategy that decides whether somebody who may not remove it may at least view it.
    pub strategy: Strategy,
    /// How fresh the facts must be.
    pub freshness: ConsistencyToken,
    /// The version that the caller has seen, if they care.
    pub seen: Option<i64>,
}

impl App {
    /// Removes a system.
    ///
    /// # Errors
    ///
    /// When the caller may not, or it has changed meanwhile.
    pub async fn remove(&self, remove: Remove) -> Result<Position, Failure> {
        let _turn = self.turn(remove.user.id).await?;
        let (system, kept) = self.store.load(remove.system).await?.unzip();
        let presented = self.presented(&remove.freshness);
        let freshness = presented.merged(&kept.unwrap_or_default());
        let removal = Removal::authorize(&remove.user, system, &self.owners, &freshness).await;
        let removal = match removal {
            Ok(removal) => removal,
            Err(NotRemoved::NoSuchSystem) => return Err(Failure::Refused(Refusal::Hidden)),
            Err(NotRemoved::Undecided(cause)) => return Err(cause.into()),
            Err(NotRemoved::NotAnInstaller) => return Err(self.why_not(remove).await),
        };
        let system = removal.system();
        if remove.seen.is_some_and(|version| version != system.version) {
            return Err(Failure::Outdated);
        }
        let removed = self.store.remove(&removal, self.clock.now()).await;
        let position = removed.map_err(|unsaved| Failure::unsaved(unsaved, remove.seen))?;
        let unfinished = Standing {
            id: system.id,
            location: system.location,
            lifecycle: Lifecycle::Removing,
        };
        // Gone it is. If the location cannot be released now, the finisher will.
        if let Err(failure) = self.advance(unfinished).await {
            tracing::warn!(%failure, system = %system.id, "the location is not released yet");
        }
        Ok(position)
    }

    /// Whoever may view the system is told that they may not remove it, and nobody else is told
    /// that there is one.
    async fn why_not(&self, remove: Remove) -> Failure {
        let inquiry = Inquiry {
            caller: (&remove.user).into(),
            system: remove.system,
            strategy: remove.strategy,
            freshness: remove.freshness,
        };
        match self.permit(&inquiry, Operation::View).await {
            Ok(_) => Failure::NotAnInstaller,
            Err(undone) => undone.failure,
        }
    }
}
