//! One right, given and taken away.

use std::cell::RefCell;
use std::collections::BTreeSet;

use access::{SystemId, SystemRole, UserId};
use anyhow::{Context as _, ensure};
use futures::future::try_join;
use jiff::Timestamp;
use outbox::ConsistencyToken;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use security_system_service::authorization::Strategy;
use security_system_service::domain::Action;
use tokio::time::Instant;
use worlds::{Cast, Employer, Hours, Model, Roles, Step};

use super::court::{BOUND, Court, Said, Way};
use crate::house::House;
use crate::worlds::{Carried, Hands, Staff};

const CUSTOMER: Employer = Employer::Customer(0);
/// Who may arm and disarm everything.
const ACCOMPLICE: u8 = 8;
/// The contest whose administrator cuts the lines.
const CUTTING: u8 = 0;

/// Those who hear of facts, and the strategy that decides by what they have heard.
const HEARING: [(&str, Strategy); 2] = [
    ("security-system-service", Strategy::Replicate),
    ("authz-service", Strategy::Delegate),
];

/// One user, one system, one way by which rights come; nobody else changes what bears on it.
pub(super) struct Contest<'a> {
    number: u8,
    user: UserId,
    accomplice: UserId,
    system: SystemId,
    grant: Step,
    revoke: Step,
    hands: Hands<'a>,
    model: Model,
    rng: StdRng,
    /// Since when, and by which write, the right is taken away; nothing while it is there, or on its way.
    revoked: RefCell<Option<Revoked>>,
    over: RefCell<bool>,
}

/// That a right was taken away.
#[derive(Clone, PartialEq)]
struct Revoked {
    /// When that was answered, by the clock for decisions.
    at: Timestamp,
    /// And by the one on the wall, which does not stand still.
    answered: Instant,
    /// By which write.
    token: ConsistencyToken,
}

impl<'a> Contest<'a> {
    /// One for each way.
    pub(super) async fn all(
        house: &'a House,
        staff: &'a Staff,
        seed: u64,
    ) -> anyhow::Result<Vec<Self>> {
        let mut hands = Hands::new(house, staff);
        let mut model = Model::of(hands.users(ACCOMPLICE + 1).await?);
        for step in setting() {
            do_it(&mut hands, &mut model, &step).await?;
        }
        let contest = |(number, (grant, revoke)): (u8, (Step, Step))| {
            let cast: &Cast = &model.cast;
            let location = cast.location(number).context("no such location")?;
            Ok(Self {
                number,
                user: cast.user(number).context("no such user")?,
                accomplice: cast.user(ACCOMPLICE).context("no accomplice")?,
                system: hands.systems[&location],
                grant,
                revoke,
                hands: hands.apart(),
                model: model.clone(),
                rng: StdRng::seed_from_u64(seed ^ u64::from(number)),
                revoked: RefCell::default(),
                over: RefCell::default(),
            })
        };
        (0..).zip(rights()).map(contest).collect()
    }

    /// Rounds of giving and taking, while others ask.
    pub(super) async fn run(mut self, court: &Court<'_>, rounds: usize) -> anyhow::Result<()> {
        let (hands, model) = (self.hands.apart(), self.model.clone());
        let asking = StdRng::seed_from_u64(self.rng.random());
        let writing = StdRng::seed_from_u64(self.rng.random());
        let written = async {
            let written = Box::pin(self.write(court, (hands, model, writing), rounds)).await;
            self.over.replace(true);
            written
        };
        Box::pin(try_join(written, self.wonder(court, asking))).await?;
        Ok(())
    }

    async fn write(
        &self,
        court: &Court<'_>,
        (mut hands, mut model, mut rng): (Hands<'a>, Model, StdRng),
        rounds: usize,
    ) -> anyhow::Result<()> {
        for round in 0..rounds {
            do_it(&mut hands, &mut model, &self.grant).await?;
            let known = hands.seen.writes();
            for (strategy, way) in questions() {
                let asked = (strategy, way);
                let said = court.ask(self.user, self.system, asked, &known).await?;
                ensure!(
                    said != Said::No,
                    "{strategy} does not know of {:?}, {way:?}",
                    self.grant
                );
            }
            let cuts = self.number == CUTTING && round % 4 == 1;
            let lines = HEARING.map(|(name, _)| court.house.to_broker(name));
            if cuts {
                for line in &lines {
                    line.cut();
                }
            }
            let all = std::mem::take(&mut hands.seen);
            do_it(&mut hands, &mut model, &self.revoke).await?;
            let token = hands.seen.writes();
            hands.seen = all;
            let at = court.house.decisions.now();
            self.revoked.replace(Some(Revoked {
                at,
                answered: Instant::now(),
                token: token.clone(),
            }));
            court.revoked();
            if cuts {
                self.wait_out(court).await?;
                for line in &lines {
                    line.restore();
                }
            }
            Box::pin(self.try_everything(court, &token, &mut rng)).await?;
            self.revoked.replace(None);
        }
        Ok(())
    }

    /// Asks before the bound, when there may be a yes, and behind it.
    async fn wait_out(&self, court: &Court<'_>) -> anyhow::Result<()> {
        let nothing = ConsistencyToken::new();
        let ask = |strategy, way| court.ask(self.user, self.system, (strategy, way), &nothing);
        for (_, strategy) in HEARING {
            ask(strategy, Way::Alone).await?;
        }
        court.house.decisions.advance(BOUND * 2);
        for (name, strategy) in HEARING {
            for way in Way::ALL {
                if ask(strategy, way).await? == Said::Yes {
                    let revoke = &self.revoke;
                    court.complain(format!(
                        "{name} has not heard of {revoke:?}: yes, {way:?}, beyond the bound"
                    ));
                }
            }
        }
        Ok(())
    }

    /// Nobody who knows of it is told yes, and nothing that was done by them is undone by the enemy.
    async fn try_everything(
        &self,
        court: &Court<'_>,
        token: &ConsistencyToken,
        rng: &mut StdRng,
    ) -> anyhow::Result<()> {
        for (strategy, way) in questions() {
            let asked = (strategy, way);
            let said = court.ask(self.user, self.system, asked, token).await?;
            if said == Said::Yes {
                court.complain(format!(
                    "{:?} was known of: {strategy} says yes, {way:?}",
                    self.revoke
                ));
            }
        }
        let (knowing, system) = ((any(rng), token), self.system);
        for action in [Action::Disarm, Action::Arm] {
            let done = court.act(self.accomplice, system, action, knowing);
            // Not decided in time; seldom, or the story fails.
            if done.await? != Said::Yes {
                return Ok(());
            }
        }
        court.undoing();
        let nothing = ConsistencyToken::new();
        let unknowing = (any(rng), &nothing);
        let undone = court.act(self.user, system, Action::Disarm, unknowing);
        if undone.await? == Said::Yes {
            let (strategy, _) = unknowing;
            court.complain(format!(
                "what was done knowing of {:?} was undone by {strategy}",
                self.revoke
            ));
        }
        Ok(())
    }

    /// Asks, whatever is happening.
    async fn wonder(&self, court: &Court<'_>, mut rng: StdRng) -> anyhow::Result<()> {
        while !*self.over.borrow() {
            let before = self.revoked.borrow().clone();
            let way = Way::ALL[rng.random_range(0..Way::ALL.len())];
            let (strategy, knows) = (any(&mut rng), rng.random::<bool>());
            let token = before.as_ref().filter(|_| knows);
            let token = token.map_or_else(ConsistencyToken::new, |it| it.token.clone());
            let asked = court.house.decisions.now();
            let heard = court
                .hear(self.user, self.system, (strategy, way), &token)
                .await?;
            let Some(revoked) = before.filter(|before| {
                heard.said == Said::Yes && self.revoked.borrow().as_ref() == Some(before)
            }) else {
                continue;
            };
            let at = revoked.at;
            // To whoever does not know of it, as long as the strategy promises.
            let may_be_old = token.is_empty()
                && match heard.by {
                    Strategy::Fetch => false,
                    Strategy::Replicate | Strategy::Delegate | Strategy::DelegateLocal => {
                        asked.duration_since(at) <= BOUND
                    }
                    // The token may be used to its end, if it was issued before.
                    Strategy::Provide => heard.issued < revoked.answered,
                    // Each fact as its own source promises.
                    Strategy::Combine => {
                        heard.issued < revoked.answered || asked.duration_since(at) <= BOUND
                    }
                };
            if !may_be_old {
                court.complain(format!(
                    "{} said yes at {asked} with {token:?}, {way:?}, and {:?} was at {at}",
                    heard.by, self.revoke
                ));
            }
        }
        Ok(())
    }
}

/// Every strategy, each in every way.
fn questions() -> impl Iterator<Item = (Strategy, Way)> {
    let ways = |strategy| Way::ALL.map(|way| (strategy, way));
    Strategy::ALL.into_iter().flat_map(ways)
}

fn any(rng: &mut StdRng) -> Strategy {
    Strategy::ALL[rng.random_range(0..Strategy::ALL.len())]
}

/// Does what nobody refuses.
async fn do_it(hands: &mut Hands<'_>, model: &mut Model, step: &Step) -> anyhow::Result<()> {
    let Carried::Out(id) = hands.carry_out(&model.cast, step).await? else {
        anyhow::bail!("{step:?} was refused");
    };
    model
        .did(step, id)
        .with_context(|| format!("the model cannot follow {step:?}"))
}

/// What there is before: for each contest a location and somebody who lacks one thing.
fn setting() -> Vec<Step> {
    let (dealer, provider) = (Employer::Dealer, Employer::Provider(0));
    let hire = |employer, user, roles| Step::Hire {
        employer,
        user,
        roles,
        hours: None,
    };
    let organizations = [CUSTOMER, dealer(0), dealer(1), dealer(2), provider].map(Step::Found);
    let locations = (0..8).map(|location| Step::Open {
        location,
        customer: 0,
    });
    let appointments =
        [(4, 1), (6, 2)].map(|(location, dealer)| Step::Appoint { location, dealer });
    let people = [
        hire(CUSTOMER, 0, none()),
        hire(CUSTOMER, 1, none()),
        hire(dealer(0), 3, disarmer()),
        hire(provider, 4, disarmer()),
        hire(CUSTOMER, 5, none()),
        hire(dealer(2), 6, none()),
        hire(CUSTOMER, 7, disarmer()),
        hire(CUSTOMER, ACCOMPLICE, SystemRole::ALL.into_iter().collect()),
    ];
    let teams = [
        Step::Form {
            team: 5,
            employer: CUSTOMER,
        },
        Step::Entrust {
            team: 5,
            location: 5,
            roles: disarmer(),
        },
        Step::Form {
            team: 6,
            employer: dealer(2),
        },
        Step::Join { team: 6, user: 6 },
    ];
    let mut steps: Vec<_> = organizations.into_iter().chain(locations).collect();
    steps.extend(appointments);
    steps.extend(people);
    steps.extend(teams);
    steps
}

/// How each right is given, and how it is taken away.
fn rights() -> [(Step, Step); 8] {
    let grant = |roles| Step::Grant {
        employer: CUSTOMER,
        user: 0,
        roles,
    };
    let grant_at = |roles| Step::GrantAt {
        user: 1,
        location: 1,
        roles,
    };
    let hire = Step::Hire {
        employer: CUSTOMER,
        user: 2,
        roles: disarmer(),
        hours: None,
    };
    let leave = Step::Leave {
        employer: CUSTOMER,
        user: 2,
    };
    let appoint = Step::Appoint {
        location: 3,
        dealer: 0,
    };
    let engage = Step::Engage {
        dealer: 1,
        provider: 0,
    };
    let entrust = |roles| Step::Entrust {
        team: 6,
        location: 6,
        roles,
    };
    let restrict = |hours| Step::Restrict {
        employer: CUSTOMER,
        user: 7,
        hours,
    };
    let never = Hours {
        zone: "Europe/Madrid",
        weekly: Vec::new(),
        exceptions: Vec::new(),
    };
    [
        (grant(disarmer()), grant(none())),
        (grant_at(disarmer()), grant_at(none())),
        (hire, leave),
        (appoint, Step::Dismiss { location: 3 }),
        (engage, Step::Disengage { dealer: 1 }),
        (
            Step::Join { team: 5, user: 5 },
            Step::Quit { team: 5, user: 5 },
        ),
        (entrust(disarmer()), entrust(none())),
        (restrict(None), restrict(Some(never))),
    ]
}

fn none() -> Roles {
    BTreeSet::new()
}

fn disarmer() -> Roles {
    BTreeSet::from([SystemRole::Disarmer])
}
