//! Arming, disarming, acknowledging.

use outbox::Position;

use super::{App, Failure, Inquiry, Undone, undone};
use crate::authorization::{Basis, Change, Permit, Rights};
use crate::domain::{Action, System};

/// An attempt to do something to a system.
#[derive(Debug, Clone)]
pub struct Act {
    /// Who, and to which system.
    pub inquiry: Inquiry,
    /// What.
    pub action: Action,
    /// The version that the caller has seen, if they care.
    pub seen: Option<i64>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Acted {
    /// The system now.
    pub system: System,
    /// What the caller may do to it.
    pub rights: Rights,
    /// Why this was allowed.
    pub basis: Basis,
    /// Where the outbox stands with it.
    pub position: Position,
}

impl App {
    /// Does something to a system: load, authorize, and save on condition that the system still is
    /// what was authorized. The order of the checks is that of what the caller may learn: first
    /// whether they may, then whether they meant this version, then whether it fits the state.
    ///
    /// Whoever names no version, and is overtaken, has it decided once more what the system is now: of two who disarm it
    /// at once, both are told that it is disarmed. Nothing is done then that they could not have meant: if it would
    /// have to be changed again, because of an alarm for instance, they are told that somebody was faster.
    ///
    /// Where the state is already what it shall be, all that is saved is how much the caller knew: the
    /// administrator who revoked a role, and then finds the system armed as it should be, must not see it
    /// disarmed by whoever held that role.
    ///
    /// # Errors
    ///
    /// When it was not done. Then nothing has changed.
    pub async fn act(&self, act: Act) -> Result<Acted, Undone> {
        let _turn = self.turn_of(&act.inquiry).await?;
        match self.attempt(&act, |_| true).await {
            Err(Undone {
                failure: Failure::Overtaken,
                ..
            }) => self.attempt(&act, Change::is_none).await,
            outcome => outcome,
        }
    }

    async fn attempt(&self, act: &Act, fits: fn(&Change) -> bool) -> Result<Acted, Undone> {
        let permit = self.permit(&act.inquiry, act.action.operation()).await?;
        let by = permit.basis().strategy;
        let acted = self.carry_out(act, permit, fits).await;
        acted.map_err(undone(by))
    }

    async fn carry_out(
        &self,
        act: &Act,
        permit: Permit,
        fits: fn(&Change) -> bool,
    ) -> Result<Acted, Failure> {
        if act
            .seen
            .is_some_and(|version| version != permit.system().version)
        {
            return Err(Failure::Outdated);
        }
        let (rights, basis) = (permit.rights().clone(), permit.basis().clone());
        let change = permit.exercise(act.action)?;
        if !fits(&change) {
            return Err(Failure::Overtaken);
        }
        let saved = self.store.save(change, self.clock.now()).await;
        let saved = saved.map_err(|unsaved| Failure::unsaved(unsaved, act.seen))?;
        Ok(Acted {
            system: saved.system,
            rights,
            basis,
            position: saved.position,
        })
    }
}
