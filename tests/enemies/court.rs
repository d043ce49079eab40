//! Who asks, and keeps count.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::{Operation, SystemId, UserId};
use anyhow::{Context as _, bail};
use jiff::SignedDuration;
use outbox::ConsistencyToken;
use security_system_service::app::{Act, App, Failure, Inquiry};
use security_system_service::authorization::{AuthorizationRequest, Caller, Refusal, Strategy};
use security_system_service::domain::Action;

use super::Record;
use crate::house::{House, Leeway};

/// How old facts may be.
pub(super) const BOUND: SignedDuration = SignedDuration::from_secs(5);
const LEEWAY: Leeway = Leeway {
    staleness: "view=5s,arm=5s,disarm=5s,acknowledge=5s",
    ..Leeway::OF_STORIES
};

/// An instance of security-system-service that only these people ask.
pub(super) struct Court<'a> {
    pub(super) house: &'a House,
    app: Arc<App>,
    record: Mutex<Record>,
}

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Yes,
    No,
    Nothing,
}

impl<'a> Court<'a> {
    pub(super) fn open(house: &'a House) -> anyhow::Result<Self> {
        let service = house.another_security_system_service(LEEWAY, &house.decisions)?;
        Ok(Self {
            house,
            app: service.api.app,
            record: Mutex::default(),
        })
    }

    /// May they disarm it, by this strategy, as far as is known with this token?
    pub(super) async fn ask(
        &self,
        user: UserId,
        system: SystemId,
        strategy: Strategy,
        token: &ConsistencyToken,
    ) -> anyhow::Result<Said> {
        let loaded = self.app.store().load(system).await?;
        let (loaded, _) = loaded.context("no such system")?;
        let request = AuthorizationRequest {
            caller: &caller(user),
            operation: Operation::Disarm,
            system: Some(&loaded),
            at: self.house.decisions.now(),
            freshness: token.clone(),
            kept: ConsistencyToken::new(),
        };
        let decided = self.app.authorizers().authorize(strategy, &request).await;
        let said = match decided {
            Ok(_) => Said::Yes,
            Err(refusal) => refused(&refusal),
        };
        Ok(self.count(said))
    }

    /// Arms or disarms it, if they may.
    pub(super) async fn act(
        &self,
        user: UserId,
        system: SystemId,
        action: Action,
        (strategy, token): (Strategy, &ConsistencyToken),
    ) -> anyhow::Result<Said> {
        let inquiry = Inquiry {
            caller: caller(user),
            system,
            strategy,
            freshness: token.clone(),
        };
        let act = Act {
            inquiry,
            action,
            seen: None,
        };
        let said = match self.app.act(act).await {
            Ok(_) => Said::Yes,
            Err(Failure::Refused(refusal)) => refused(&refusal),
            Err(other) => bail!("neither done nor refused: {other:?}"),
        };
        Ok(self.count(said))
    }

    /// Somebody was allowed what they must not be.
    pub(super) fn complain(&self, violation: String) {
        self.borrow().violations.push(violation);
    }

    pub(super) fn revoked(&self) {
        self.borrow().revocations += 1;
    }

    pub(super) fn undoing(&self) {
        self.borrow().undoings += 1;
    }

    pub(super) fn record(self) -> Record {
        self.record
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, said: Said) -> Said {
        let mut record = self.borrow();
        match said {
            Said::Yes => record.allowed += 1,
            Said::No => record.denied += 1,
            Said::Nothing => record.undecided += 1,
        }
        said
    }

    fn borrow(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn refused(refusal: &Refusal) -> Said {
    match refusal {
        Refusal::Undecided(_) => Said::Nothing,
        _ => Said::No,
    }
}

fn caller(user: UserId) -> Caller {
    Caller {
        user,
        name: "Somebody".to_owned(),
    }
}
