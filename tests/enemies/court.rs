//! Who asks, and keeps count.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use access::{Operation, SystemId, UserId};
use anyhow::{Context as _, bail};
use chassis::entropy;
use jiff::SignedDuration;
use outbox::ConsistencyToken;
use rand::RngExt as _;
use security_system_service::app::{Act, App, Failure, Inquiry, Undone};
use security_system_service::authorization::{
    AuthorizationRequest, Caller, Refusal, Strategy, TokenFacts,
};
use security_system_service::domain::Action;
use tokio::time::Instant;

use super::Record;
use crate::house::{House, Leeway};
use crate::worlds::OWNERS;

/// How old facts may be.
pub(super) const BOUND: SignedDuration = SignedDuration::from_secs(5);
/// How many systems are in a part of a list.
const PART: usize = 4;
/// How long a question may take.
const A_WHILE: Duration = Duration::from_secs(2);
const LEEWAY: Leeway = Leeway {
    staleness: "view=5s,arm=5s,disarm=5s,acknowledge=5s",
    ..Leeway::OF_STORIES
};

/// An instance of security-system-service that only these people ask.
pub(super) struct Court<'a> {
    pub(super) house: &'a House,
    app: Arc<App>,
    record: Mutex<Record>,
    tokens: Mutex<BTreeMap<UserId, Token>>,
}

/// What somebody has in hand: as old as its issue.
#[derive(Clone)]
struct Token {
    caller: Caller,
    issued: Instant,
}

/// What was said, by whom, and when the token was issued that came with the question.
pub(super) struct Heard {
    pub(super) said: Said,
    pub(super) by: Strategy,
    pub(super) issued: Instant,
}

/// How it is asked whether somebody may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Of this system alone, as before it is done.
    Alone,
    /// By all that they see, and what it says they may do there.
    Listed,
}

impl Way {
    pub(super) const ALL: [Self; 2] = [Self::Alone, Self::Listed];
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
        let service =
            house.another_security_system_service(LEEWAY, &house.decisions, &house.sites.authz)?;
        Ok(Self {
            house,
            app: service.api.app,
            record: Mutex::default(),
            tokens: Mutex::default(),
        })
    }

    /// The token that somebody has; or, now and then, one that is issued now, knowing of this.
    async fn token(&self, user: UserId, known: &ConsistencyToken) -> anyhow::Result<Token> {
        let held = self.tokens().get(&user).cloned();
        if let Some(token) = held.filter(|_| entropy::system().random_ratio(7, 8)) {
            return Ok(token);
        }
        let issued = Instant::now();
        let claims = self.house.claims(user, known).await?;
        let caller = Caller {
            user,
            name: "Somebody".to_owned(),
            facts: TokenFacts::new(Ok(claims), SignedDuration::ZERO),
        };
        let token = Token { caller, issued };
        self.tokens().insert(user, token.clone());
        Ok(token)
    }

    fn tokens(&self) -> MutexGuard<'_, BTreeMap<UserId, Token>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// May they disarm it, by this strategy, as far as is known with this token?
    pub(super) async fn ask(
        &self,
        user: UserId,
        system: SystemId,
        asked: (Strategy, Way),
        token: &ConsistencyToken,
    ) -> anyhow::Result<Said> {
        Ok(self.hear(user, system, asked, token).await?.said)
    }

    /// The same, and by whom it was said.
    pub(super) async fn hear(
        &self,
        user: UserId,
        system: SystemId,
        (strategy, way): (Strategy, Way),
        known: &ConsistencyToken,
    ) -> anyhow::Result<Heard> {
        let known = &known.of_sources(&OWNERS);
        let Token { caller, issued } = self.token(user, known).await?;
        let (by, said) = match way {
            Way::Alone => self.decided(&caller, system, strategy, known).await?,
            Way::Listed => self.listed(&caller, system, strategy, known).await?,
        };
        let said = self.count(said);
        Ok(Heard { said, by, issued })
    }

    async fn decided(
        &self,
        caller: &Caller,
        system: SystemId,
        strategy: Strategy,
        known: &ConsistencyToken,
    ) -> anyhow::Result<(Strategy, Said)> {
        let loaded = self.app.store().load(system).await?;
        let (loaded, _) = loaded.context("no such system")?;
        let request = AuthorizationRequest {
            caller,
            operation: Operation::Disarm,
            system: Some(&loaded),
            at: self.house.decisions.now(),
            freshness: known.clone(),
            kept: ConsistencyToken::new(),
            until: Instant::now() + A_WHILE,
        };
        let (by, decided) = self.app.authorizers().authorize(strategy, &request).await;
        let said = match decided {
            Ok(_) => Said::Yes,
            Err(refusal) => refused(&refusal),
        };
        Ok((by, said))
    }

    async fn listed(
        &self,
        caller: &Caller,
        system: SystemId,
        strategy: Strategy,
        known: &ConsistencyToken,
    ) -> anyhow::Result<(Strategy, Said)> {
        let mut after = None;
        loop {
            let part = self.app.list(caller, strategy, known, after, PART).await;
            let part = match part {
                Ok(part) => part,
                Err(Undone {
                    failure: Failure::Refused(refusal),
                    by,
                }) => return Ok((by, refused(&refusal))),
                Err(other) => bail!("neither listed nor refused: {other:?}"),
            };
            if part.undecided.contains(&system) {
                return Ok((part.by, Said::Nothing));
            }
            let found = part.systems.iter().find(|(it, _)| it.id == system);
            if let Some((_, rights)) = found {
                let said = match rights.decision(Operation::Disarm) {
                    Ok(decision) if decision.is_allowed() => Said::Yes,
                    Ok(_) => Said::No,
                    Err(_) => Said::Nothing,
                };
                return Ok((part.by, said));
            }
            after = part.next;
            if after.is_none() {
                return Ok((part.by, Said::No));
            }
        }
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
            caller: self.token(user, token).await?.caller,
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
            Err(Undone {
                failure: Failure::Refused(refusal),
                ..
            }) => refused(&refusal),
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
