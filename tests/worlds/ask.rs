//! Every question, of every strategy.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use access::{LocationId, Operation, UserId};
use anyhow::bail;
use jiff::Timestamp;
use outbox::ConsistencyToken;
use rand::Rng;
use security_system_service::app::App;
use security_system_service::authorization::{
    AuthorizationRequest, Caller, Permit, Refusal, Strategy,
};
use security_system_service::domain::System;
use worlds::{Answer, Model, USERS, instant};

use super::hands::Hands;
use crate::house::House;

/// How many systems are in a part of a list.
const PART: usize = 3;

/// Somebody gave another answer than the model.
#[derive(Debug)]
pub struct Disagreement {
    /// The seed of the world.
    pub seed: u64,
    strategy: Strategy,
    question: String,
    model: String,
    answer: String,
}

impl Disagreement {
    pub(super) fn in_world(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "world {}: {}", self.seed, self.question)?;
        writeln!(f, "  the model: {}", self.model)?;
        write!(f, "  {}: {}", self.strategy, self.answer)
    }
}

/// What came of one examination.
#[derive(Default)]
pub(super) struct Examined {
    pub(super) questions: u64,
    pub(super) disagreement: Option<Disagreement>,
}

impl Examined {
    fn compare<T: PartialEq + fmt::Debug>(
        &mut self,
        strategy: Strategy,
        question: impl fmt::Debug,
        (model, answer): (&T, &T),
    ) {
        if model != answer && self.disagreement.is_none() {
            self.disagreement = Some(Disagreement {
                seed: 0,
                strategy,
                question: format!("{question:?}"),
                model: format!("{model:?}"),
                answer: format!("{answer:?}"),
            });
        }
    }
}

/// Asks an instance of security-system-service that nobody else uses.
pub(super) struct Examiner {
    app: Arc<App>,
}

impl Examiner {
    pub(super) fn new(house: &House) -> anyhow::Result<Self> {
        let app = house.another_security_system_service()?.api.app;
        Ok(Self { app })
    }

    /// Asks everything that can be asked, once everything that was written has arrived.
    pub(super) async fn examine(
        &self,
        model: &Model,
        hands: &Hands<'_>,
        rng: &mut impl Rng,
    ) -> anyhow::Result<Examined> {
        let mut examined = Examined::default();
        for user in (0..USERS).filter_map(|user| model.cast.user(user)) {
            for (location, system) in &hands.systems {
                let Some((system, _)) = self.app.store().load(*system).await? else {
                    bail!("no system at {location}");
                };
                for operation in Operation::ALL {
                    let question = (user, operation, *location, instant(rng));
                    self.decide(model, &hands.written, (question, &system), &mut examined)
                        .await?;
                }
            }
            self.list(model, hands, user, &mut examined).await?;
        }
        Ok(examined)
    }

    async fn decide(
        &self,
        model: &Model,
        written: &ConsistencyToken,
        (question, system): ((UserId, Operation, LocationId, Timestamp), &System),
        examined: &mut Examined,
    ) -> anyhow::Result<()> {
        let (user, operation, location, at) = question;
        let expected = model.answer(user, operation, location, at);
        examined.questions += 1;
        for strategy in Strategy::ALL {
            let request = AuthorizationRequest {
                caller: &caller(user),
                operation,
                system: Some(system),
                at,
                freshness: written.clone(),
                kept: ConsistencyToken::new(),
            };
            let decided = self.app.authorizers().authorize(strategy, &request).await;
            examined.compare(strategy, question, (&expected, &answer(decided)?));
        }
        Ok(())
    }

    async fn list(
        &self,
        model: &Model,
        hands: &Hands<'_>,
        user: UserId,
        examined: &mut Examined,
    ) -> anyhow::Result<()> {
        let expected = model.visible(user);
        examined.questions += 1;
        for strategy in Strategy::ALL {
            let mut seen = BTreeSet::new();
            let mut after = None;
            loop {
                let part = self
                    .app
                    .list(&caller(user), strategy, &hands.written, after, PART)
                    .await?;
                seen.extend(part.systems.iter().map(|(system, _)| system.location));
                after = part.next;
                if after.is_none() {
                    break;
                }
            }
            examined.compare(strategy, ("list", user), (&expected, &seen));
        }
        Ok(())
    }
}

fn caller(user: UserId) -> Caller {
    Caller {
        user,
        name: "Somebody".to_owned(),
    }
}

fn answer(decided: Result<Permit, Refusal>) -> anyhow::Result<Answer> {
    Ok(match decided {
        Ok(permit) => permit.basis().grants.iter().collect(),
        Err(Refusal::Hidden) => Answer::Hidden,
        Err(Refusal::Denied(decision)) => Answer::from(&*decision),
        Err(other) => bail!("not decided: {other:?}"),
    })
}
