//! Random worlds in the house: what people do goes through the services' own APIs and events, and
//! each strategy's answers are laid beside the model's.
//!
//! ```text
//! History ──▶ Step ──▶ Hands ──▶ customer-, dealer-, monitoring-, security-system-service
//!               │                          │ events
//!               ▼                          ▼
//!             Model ──▶ Answer ══ same? ══ Answer ◀── each strategy, once the events have arrived
//! ```

mod ask;
mod hands;
mod paths;
mod tokens;

use std::fmt;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use testkit::clock::TestClock;
use worlds::{History, Model, Step, USERS, smallest};

pub use ask::Disagreement;

use self::ask::Examiner;
pub(crate) use self::ask::OWNERS;
pub(crate) use self::hands::{Carried, Hands, Staff};
use crate::house::{House, Service, Twins};

/// How many steps a world has, after those that every world begins with.
const STEPS: usize = 70;
/// How many steps are taken between two examinations.
const BETWEEN: usize = 6;

/// The house, with people in it who found and administer the organizations of all worlds.
pub struct Laboratory {
    house: House,
    staff: Staff,
    twins: Option<Twins>,
    instants: usize,
    /// The time of the questions.
    clock: TestClock,
    /// Goes by it.
    authz: Service,
}

/// What was found out about one or more worlds.
#[derive(Debug, Default)]
pub struct Findings {
    /// How many worlds.
    pub worlds: u64,
    /// How many questions, each asked of every strategy.
    pub questions: u64,
    /// How many steps were carried out.
    pub done: u64,
    /// How many steps a service refused, or had no subject.
    pub passed_over: u64,
    /// Where somebody was wrong; at most one for each world.
    pub disagreements: Vec<Disagreement>,
}

/// A world was left in the middle: somebody had no answer, as on a machine that is too busy. Nobody was wrong.
#[derive(Debug, thiserror::Error)]
#[error("no answer: {0}")]
pub struct Unanswered(String);

impl Findings {
    /// These and others.
    pub fn add(&mut self, other: Self) {
        self.worlds += other.worlds;
        self.questions += other.questions;
        self.done += other.done;
        self.passed_over += other.passed_over;
        self.disagreements.extend(other.disagreements);
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (worlds, questions) = (self.worlds, self.questions);
        let disagreements = self.disagreements.len();
        write!(
            f,
            "{worlds} worlds, {questions} questions, {disagreements} disagreements"
        )
    }
}

impl Laboratory {
    /// Starts the house and hires the staff. Everybody is asked about so many instants each time.
    pub async fn open(instants: usize) -> anyhow::Result<Self> {
        let house = House::start().await?;
        let clock = TestClock::starting(house.decisions.now());
        Ok(Self {
            staff: Staff::hire(&house).await?,
            authz: house.another_authz_service(&clock).await?,
            clock,
            house,
            twins: None,
            instants,
        })
    }

    /// The same, with two instances of every service, each of which does half of all.
    pub async fn doubled(instants: usize) -> anyhow::Result<Self> {
        let laboratory = Self::open(instants).await?;
        Ok(Self {
            twins: Some(laboratory.house.twins().await?),
            ..laboratory
        })
    }

    /// The house, and the second instances in it, if there are any.
    pub const fn house(&self) -> (&House, Option<&Twins>) {
        (&self.house, self.twins.as_ref())
    }

    /// Lets a world happen, and examines it on the way.
    pub async fn world(&self, seed: u64) -> anyhow::Result<Findings> {
        self.happens(seed, &history(seed)).await
    }

    /// The shortest history that is left of a world when everything is taken out of it without which
    /// the strategies disagree all the same.
    pub async fn smallest(&self, seed: u64) -> anyhow::Result<Vec<Step>> {
        let shows = async |steps: &[Step]| {
            let found = self.happens(seed, steps).await;
            found.is_ok_and(|found| !found.disagreements.is_empty())
        };
        Ok(smallest(history(seed), shows).await)
    }

    async fn happens(&self, seed: u64, steps: &[Step]) -> anyhow::Result<Findings> {
        let twins = self.twins.as_ref();
        let mut hands = Hands::new(&self.house, &self.staff).and(twins);
        let examiner = Examiner::new(&self.house, (&self.clock, &self.authz), self.instants)?;
        let examiner = examiner.and(&self.house, twins, &self.authz)?;
        let mut model = Model::of(hands.users(USERS).await?);
        let mut instants = StdRng::seed_from_u64(seed);
        let mut findings = Findings {
            worlds: 1,
            ..Findings::default()
        };
        for (number, step) in (1..).zip(steps) {
            match hands.carry_out(&model.cast, step).await? {
                Carried::Out(id) if model.did(step, id).is_some() => findings.done += 1,
                Carried::Out(_) => anyhow::bail!("the model cannot follow {step:?}"),
                Carried::Refused => findings.passed_over += 1,
            }
            if number % BETWEEN == 0 || number == steps.len() {
                let found = Box::pin(examiner.examine(&model, &hands, &mut instants)).await?;
                findings.questions += found.questions;
                if let Some(disagreement) = found.disagreement {
                    findings.disagreements.push(disagreement.in_world(seed));
                    break;
                }
            }
        }
        Ok(findings)
    }
}

fn history(seed: u64) -> Vec<Step> {
    let history = History::new(StdRng::seed_from_u64(seed));
    history.take(STEPS).collect()
}
