//! Every question, of every strategy; of those that decide by the token, also where that had no room for all facts.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use access::{LocationId, Operation, UserId};
use anyhow::{Context as _, bail};
use chassis::entropy;
use iam_claims::Claims;
use jiff::Timestamp;
use outbox::ConsistencyToken;
use rand::{Rng, RngExt as _};
use security_system_service::app::App;
use security_system_service::authorization::{
    AuthorizationRequest, Permit, Refusal, Rights, Strategy,
};
use security_system_service::domain::System;
use testkit::clock::TestClock;
use tokio::time::Instant;
use worlds::{Answer, Model, USERS, instant};

use super::Unanswered;
use super::hands::Hands;
use super::tokens::{Tokens, Way};
use crate::house::{House, Leeway, Service, Twins};

/// However busy the machine is, everything is to be answered.
const LEEWAY: Leeway = Leeway {
    facts_deadline: "30s",
    ..Leeway::OF_STORIES
};
/// And a question has so long, as there.
const A_WHILE: Duration = Duration::from_secs(30);
/// Those who own the facts.
pub(crate) const OWNERS: [&str; 3] = ["customer-service", "dealer-service", "monitoring-service"];
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
    /// Where a token tells what is granted, it does not tell by which way.
    fn compare_answers(
        &mut self,
        strategy: Strategy,
        question: impl fmt::Debug,
        (model, answer): (&Answer, &Answer),
    ) {
        if strategy == Strategy::Provide {
            self.compare(strategy, question, (&outcome(model), &outcome(answer)));
        } else {
            self.compare(strategy, question, (model, answer));
        }
    }

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

/// Asks an instance of security-system-service that nobody else uses, by a clock of its own.
pub(super) struct Examiner {
    /// Any of them is as good.
    apps: Vec<Arc<App>>,
    clock: TestClock,
    instants: usize,
}

impl Examiner {
    /// By this clock, as an authz-service goes that nobody else asks.
    pub(super) fn new(
        house: &House,
        (clock, authz): (&TestClock, &Service),
        instants: usize,
    ) -> anyhow::Result<Self> {
        let service = house.another_security_system_service(LEEWAY, clock, authz)?;
        Ok(Self {
            apps: vec![service.api.app],
            clock: clock.clone(),
            instants,
        })
    }

    /// Asks also an instance that asks these.
    pub(super) fn and(
        mut self,
        house: &House,
        twins: Option<&Twins>,
        authz: &Service,
    ) -> anyhow::Result<Self> {
        if let Some(twins) = twins {
            let clock = &self.clock;
            let service = twins.another_security_system_service(house, LEEWAY, clock, authz)?;
            self.apps.push(service.api.app);
        }
        Ok(self)
    }

    fn app(&self) -> &App {
        &self.apps[entropy::system().random_range(0..self.apps.len())]
    }

    /// Asks everything that can be asked, once everything that was written has arrived.
    pub(super) async fn examine(
        &self,
        model: &Model,
        hands: &Hands<'_>,
        rng: &mut impl Rng,
    ) -> anyhow::Result<Examined> {
        let mut examined = Examined::default();
        // A position in anything but a source of facts says nothing about facts.
        let all = hands.seen.writes();
        let written = all.of_sources(&OWNERS);
        for user in (0..USERS).filter_map(|user| model.cast.user(user)) {
            // A token that was issued when all of it was done.
            let claims = hands.house.claims(user, &written).await?;
            let kept = hands.house.claims_kept(user, &written).await?;
            let told = |claims: &Claims| {
                let held = claims.employments().map(<[_]>::to_vec);
                (held, claims.reach().map(<[_]>::to_vec))
            };
            let both = (&told(&claims), &told(&kept));
            examined.compare(Strategy::Provide, ("claims", user), both);
            let tokens = &Tokens::of(user, claims);
            for (location, system) in &hands.systems {
                let Some((system, _)) = self.app().store().load(*system).await? else {
                    bail!("no system at {location}");
                };
                for operation in Operation::ALL {
                    let question = (user, operation, *location, instant(rng));
                    let asked = (tokens, question, &system);
                    self.decide(model, &written, asked, &mut examined).await?;
                }
            }
            for _ in 0..self.instants {
                let asked = (tokens, instant(rng), &all);
                self.list(model, hands, asked, &mut examined).await?;
            }
        }
        Ok(examined)
    }

    async fn decide(
        &self,
        model: &Model,
        written: &ConsistencyToken,
        (tokens, question, system): (&Tokens, (UserId, Operation, LocationId, Timestamp), &System),
        examined: &mut Examined,
    ) -> anyhow::Result<()> {
        let (user, operation, location, at) = question;
        let expected = model.answer(user, operation, location, at);
        // Whoever else decides goes by a clock, and by nothing that is said of the time.
        self.clock.set(at);
        examined.questions += 1;
        for way in tokens.ways(self.app().authorizers().live()) {
            let request = AuthorizationRequest {
                caller: way.caller,
                operation,
                system: Some(system),
                at,
                freshness: written.clone(),
                kept: ConsistencyToken::new(),
                until: Instant::now() + A_WHILE,
            };
            let authorizers = self.app().authorizers();
            let (by, decided) = authorizers.authorize(way.strategy, &request).await;
            way.expects(by)?;
            let (question, answer) = ((way.token, question), answer(decided)?);
            examined.compare_answers(by, question, (&expected, &answer));
        }
        Ok(())
    }

    /// Everything at once: each operation on each system of a list, at one instant.
    async fn list(
        &self,
        model: &Model,
        hands: &Hands<'_>,
        (tokens, at, written): (&Tokens, Timestamp, &ConsistencyToken),
        examined: &mut Examined,
    ) -> anyhow::Result<()> {
        self.clock.set(at);
        let user = tokens.user;
        let visible = model.visible(user);
        examined.questions += 1;
        for way in tokens.ways(self.app().authorizers().live()) {
            let (by, token) = (way.by, way.token);
            let seen = self.seen(way, written).await?;
            let listed = seen.keys().copied().collect();
            examined.compare(by, ("list", token, user), (&visible, &listed));
            for location in hands.systems.keys() {
                for operation in Operation::ALL {
                    let expected = model.answer(user, operation, *location, at);
                    let answer = seen.get(location).map(|rights| rights.decision(operation));
                    let answer = match answer {
                        None => Answer::Hidden,
                        Some(Ok(decision)) => Answer::of(decision).context("a step up")?,
                        Some(Err(cause)) => bail!(Unanswered(cause.to_string())),
                    };
                    let question = ("listed", token, user, operation, location, at);
                    examined.compare_answers(by, question, (&expected, &answer));
                }
            }
        }
        examined.questions += (hands.systems.len() * Operation::ALL.len()) as u64;
        Ok(())
    }

    /// What somebody sees, and what they may do there, in parts.
    async fn seen(
        &self,
        way: Way<'_>,
        written: &ConsistencyToken,
    ) -> anyhow::Result<BTreeMap<LocationId, Rights>> {
        let (mut seen, mut after) = (BTreeMap::new(), None);
        loop {
            let part = self
                .app()
                .list(way.caller, way.strategy, written, after, PART)
                .await
                .map_err(|undone| undone.failure)?;
            way.expects(part.by)?;
            if !part.undecided.is_empty() {
                bail!(Unanswered("of a system not enough is known".to_owned()));
            }
            let systems = part.systems.into_iter();
            seen.extend(systems.map(|(system, rights)| (system.location, rights)));
            after = part.next;
            if after.is_none() {
                return Ok(seen);
            }
        }
    }
}

/// Whether, and not why.
const fn outcome(answer: &Answer) -> &'static str {
    match answer {
        Answer::Hidden => "hidden",
        Answer::Denied(_) => "denied",
        Answer::Allowed(_) => "allowed",
    }
}

fn answer(decided: Result<Permit, Refusal>) -> anyhow::Result<Answer> {
    Ok(match decided {
        Ok(permit) => permit.basis().grants.iter().collect(),
        Err(Refusal::Hidden) => Answer::Hidden,
        Err(Refusal::Denied(denial)) => Answer::Denied(denial.missing.as_deref().map(Into::into)),
        Err(Refusal::Undecided(cause)) => bail!(Unanswered(cause.to_string())),
        Err(Refusal::StepUp(_)) => bail!("a step up"),
        Err(Refusal::Behind) => bail!("by facts that are too old"),
    })
}
