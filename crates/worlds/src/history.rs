//! Random histories.

mod sketch;

use std::collections::BTreeSet;

use access::SystemRole;
use jiff::civil::{Date, Weekday, date};
use jiff::{Timestamp, ToSpan as _};
use rand::{Rng, RngExt as _};

use self::sketch::Sketch;
use crate::{Employer, Hours, Roles, Step, USERS};

const CUSTOMERS: u8 = 2;
const DEALERS: u8 = 2;
const PROVIDERS: u8 = 2;
const LOCATIONS: u8 = 4;
const TEAMS: u8 = 4;
/// Monday, 19 October 2026.
const BEGINNING: Timestamp = Timestamp::constant(1_792_368_000, 0);
const DAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];
const ZONES: [&str; 4] = [
    "America/New_York",
    "Europe/Madrid",
    "Asia/Kolkata",
    "Pacific/Auckland",
];

/// What happens in a world, one thing after the other, for ever.
///
/// Small, so that things meet: few people in few organizations, everybody sooner or later employed
/// by everybody. Most steps make sense where they stand, and some do not.
#[derive(Debug)]
pub struct History<R> {
    rng: R,
    sketch: Sketch,
    prelude: Vec<Step>,
}

impl<R: Rng> History<R> {
    /// A history that begins with every organization and half of the locations.
    #[must_use]
    pub fn new(rng: R) -> Self {
        let customers = (0..CUSTOMERS).map(Employer::Customer);
        let dealers = (0..DEALERS).map(Employer::Dealer);
        let providers = (0..PROVIDERS).map(Employer::Provider);
        let organizations = customers.chain(dealers).chain(providers);
        let locations = (0..LOCATIONS / 2).map(|location| Step::Open {
            location,
            customer: location % CUSTOMERS,
        });
        let mut prelude: Vec<_> = organizations.map(Step::Found).chain(locations).collect();
        prelude.reverse();
        Self {
            rng,
            sketch: Sketch::default(),
            prelude,
        }
    }

    fn invent(&mut self) -> Step {
        let rng = &mut self.rng;
        let sketch = &self.sketch;
        match rng.random_range(0..100) {
            0 => Step::Dissolve(employer(rng)),
            1..3 => Step::Found(employer(rng)),
            3..7 => Step::Open {
                location: rng.random_range(0..LOCATIONS),
                customer: rng.random_range(0..CUSTOMERS),
            },
            7..9 => Step::Close {
                location: rng.random_range(0..LOCATIONS),
            },
            9..18 => Step::Appoint {
                location: sketch.location(rng, LOCATIONS),
                dealer: rng.random_range(0..DEALERS),
            },
            18..20 => Step::Dismiss {
                location: sketch.location(rng, LOCATIONS),
            },
            20..26 => Step::Engage {
                dealer: rng.random_range(0..DEALERS),
                provider: rng.random_range(0..PROVIDERS),
            },
            26..28 => Step::Disengage {
                dealer: rng.random_range(0..DEALERS),
            },
            28..48 => self.hire(),
            48..53 => {
                let (employer, user) = sketch.employee(rng);
                Step::Leave { employer, user }
            }
            _ => self.grant(),
        }
    }

    fn hire(&mut self) -> Step {
        let rng = &mut self.rng;
        Step::Hire {
            employer: employer(rng),
            user: rng.random_range(0..USERS),
            roles: roles(rng),
            hours: perhaps_hours(rng),
        }
    }

    fn grant(&mut self) -> Step {
        let rng = &mut self.rng;
        let sketch = &self.sketch;
        match rng.random_range(0..47) {
            0..8 => {
                let (employer, user) = sketch.employee(rng);
                let roles = roles(rng);
                Step::Grant {
                    employer,
                    user,
                    roles,
                }
            }
            8..15 => Step::GrantAt {
                user: rng.random_range(0..USERS),
                location: sketch.location(rng, LOCATIONS),
                roles: roles(rng),
            },
            15..20 => {
                let (employer, user) = sketch.employee(rng);
                let hours = perhaps_hours(rng);
                Step::Restrict {
                    employer,
                    user,
                    hours,
                }
            }
            20..26 => Step::Form {
                team: rng.random_range(0..TEAMS),
                employer: employer(rng),
            },
            26 => Step::Disband {
                team: sketch.team(rng, TEAMS),
            },
            27..36 => {
                let (team, user) = sketch.candidate(rng, TEAMS);
                Step::Join { team, user }
            }
            36..38 => {
                let (team, user) = sketch.candidate(rng, TEAMS);
                Step::Quit { team, user }
            }
            _ => Step::Entrust {
                team: sketch.team(rng, TEAMS),
                location: sketch.location(rng, LOCATIONS),
                roles: roles(rng),
            },
        }
    }
}

impl<R: Rng> Iterator for History<R> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let step = self.prelude.pop().unwrap_or_else(|| self.invent());
        self.sketch.note(&step);
        Some(step)
    }
}

/// An instant of three weeks in which clocks change in two of the zones; most lie at a half-hour, where
/// windows begin and end, or a minute before.
pub fn instant(rng: &mut impl Rng) -> Timestamp {
    let minutes = rng.random_range(0..21 * 24 * 60);
    let minutes = if rng.random_ratio(3, 4) {
        minutes / 30 * 30 - i64::from(rng.random::<bool>())
    } else {
        minutes
    };
    BEGINNING + minutes.minutes()
}

fn employer(rng: &mut impl Rng) -> Employer {
    match rng.random_range(0..3) {
        0 => Employer::Customer(rng.random_range(0..CUSTOMERS)),
        1 => Employer::Dealer(rng.random_range(0..DEALERS)),
        _ => Employer::Provider(rng.random_range(0..PROVIDERS)),
    }
}

fn roles(rng: &mut impl Rng) -> Roles {
    let mut roles = BTreeSet::new();
    for role in SystemRole::ALL {
        if rng.random_ratio(1, 3) {
            roles.insert(role);
        }
    }
    roles
}

fn perhaps_hours(rng: &mut impl Rng) -> Option<Hours> {
    rng.random_ratio(1, 3).then(|| {
        let weekly = (0..rng.random_range(0..4)).map(|_| {
            let (start, end) = window(rng);
            (DAYS[rng.random_range(0..DAYS.len())], start, end)
        });
        let weekly = weekly.collect();
        let mut exceptions: Vec<(Date, Vec<_>)> = Vec::new();
        for _ in 0..rng.random_range(0..3) {
            let date = date(2026, 10, 19) + i64::from(rng.random_range(0..21)).days();
            let windows = (0..rng.random_range(0..3)).map(|_| window(rng)).collect();
            if exceptions.iter().all(|(other, _)| *other != date) {
                exceptions.push((date, windows));
            }
        }
        Hours {
            zone: ZONES[rng.random_range(0..ZONES.len())],
            weekly,
            exceptions,
        }
    })
}

/// Half-hours, so that windows meet; to 24:00.
fn window(rng: &mut impl Rng) -> (u32, u32) {
    let start = rng.random_range(0..48);
    let end = (start + rng.random_range(1..48)) % 48;
    let end = if end == 0 { 48 } else { end };
    (start * 30, end * 30)
}
