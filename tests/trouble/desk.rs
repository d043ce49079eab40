//! What is written, without a pause, and by whom.

use std::sync::Arc;

use demo_world::api::Seen;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::clerk::{Clerk, DEADLINE};
use super::journal::{Kind, Thing};
use super::opening::Opening;
use crate::crew::Crew;
use crate::house::House;

const VIEWER: &str = "SECURITY_SYSTEM_VIEWER";
const DISARMER: &str = "SECURITY_SYSTEM_DISARMER";

/// One kind of work, always the same.
pub(super) enum Desk {
    /// Users are invited, and get roles.
    Users { iam: Url },
    /// Teams are formed, renamed, entrusted with a location, joined, left and disbanded; people are hired, get other roles and
    /// leave; one person gets other roles and other hours all the time.
    Organization {
        name: &'static str,
        base: Url,
        person: Thing,
        location: String,
    },
    /// Locations are opened, dealers appointed there and dismissed, and systems installed.
    Locations {
        base: Url,
        systems: Url,
        dealer: String,
        installer: Box<Clerk>,
    },
    /// A system is armed and disarmed.
    System(Thing),
}

/// All that is written.
pub(super) struct Load {
    crew: Crew<Vec<Clerk>>,
    patient: CancellationToken,
    seen: Seen,
}

/// What was written in the end, and what is known of it.
pub(super) struct Written {
    pub(super) clerks: Vec<Clerk>,
    pub(super) seen: Seen,
}

impl Load {
    pub(super) async fn begin(house: &House) -> anyhow::Result<Self> {
        let (mut crew, patient) = (Crew::default(), CancellationToken::new());
        let answers = Arc::new(crew.counter());
        for (clerk, desk) in Opening(house).desks().await? {
            let clerk = clerk.counting(&answers);
            crew.add(desk.work(clerk, crew.closing(), patient.clone()));
        }
        Ok(Self {
            crew,
            patient,
            seen: house.world.seen.clone(),
        })
    }

    /// Waits until so many more requests have been answered; fails if anybody stops writing.
    pub(super) async fn goes_on(&mut self, answers: usize) -> anyhow::Result<()> {
        self.crew.goes_on(answers, DEADLINE).await
    }

    pub(super) async fn end(mut self, patient: bool) -> anyhow::Result<Written> {
        if patient {
            self.patient.cancel();
        }
        Ok(Written {
            clerks: self.crew.end().await?.into_iter().flatten().collect(),
            seen: self.seen,
        })
    }
}

impl Desk {
    async fn work(
        mut self,
        mut clerk: Clerk,
        closing: CancellationToken,
        patient: CancellationToken,
    ) -> anyhow::Result<Vec<Clerk>> {
        for round in 0.. {
            if closing.is_cancelled() {
                break;
            }
            clerk.ask_again().await?;
            self.round(&mut clerk, round).await?;
        }
        let mut clerks = vec![clerk];
        match self {
            Self::Locations { installer, .. } => clerks.push(*installer),
            Self::Organization { person, .. } => clerks[0].journal.push(person),
            Self::System(system) => clerks[0].journal.push(system),
            Self::Users { .. } => {}
        }
        if patient.is_cancelled() {
            for clerk in &mut clerks {
                clerk.ask_on().await?;
            }
        }
        Ok(clerks)
    }

    async fn round(&mut self, clerk: &mut Clerk, round: u32) -> anyhow::Result<()> {
        match self {
            Self::Users { iam } => invite(clerk, iam, round).await,
            Self::Organization {
                name,
                base,
                person,
                location,
            } => {
                let roles = [[VIEWER], [DISARMER]][round as usize % 2];
                let body = json!({ "roles": roles });
                clerk.change(person, "/roles", body).await?;
                let hours = hours(["Europe/Madrid", "America/New_York"][round as usize % 2]);
                clerk.change(person, "/schedule", hours).await?;
                let tied = (&*person.id, &**location);
                team(clerk, (name, base), tied, round).await?;
                employee(clerk, name, base, round).await
            }
            Self::Locations {
                base,
                systems,
                dealer,
                installer,
            } => {
                let name = format!("Location {round}");
                let kind = Kind("customer-service", "location");
                let body = json!({ "name": name });
                let location = clerk.create(kind, base.join("locations")?, &name, body);
                let Some(mut location) = location.await? else {
                    return Ok(());
                };
                // Where it is installed it is reserved too, which is another change.
                if round.is_multiple_of(8) {
                    let body = json!({ "locationId": location.id });
                    let kind = Kind("security-system-service", "security-system");
                    let installed = installer.create(kind, systems.clone(), "", body).await?;
                    installer.journal.extend(installed);
                    location.version = None;
                } else {
                    rename(clerk, &mut location).await?;
                    let body = json!({ "dealerId": dealer });
                    clerk.change(&mut location, "/dealer", body).await?;
                    if round.is_multiple_of(2) {
                        clerk.remove_below(&mut location, "/dealer").await?;
                    }
                }
                clerk.journal.push(location);
                Ok(())
            }
            Self::System(system) => {
                let action = ["DISARM", "ARM"][round as usize % 2];
                let body = json!({ "action": action });
                clerk.change(system, "", body).await
            }
        }
    }
}

async fn rename(clerk: &mut Clerk, thing: &mut Thing) -> anyhow::Result<()> {
    let name = thing.name.as_deref().unwrap_or_default();
    let body = json!({ "name": format!("{name}, renamed") });
    clerk.change(thing, "", body).await
}

async fn invite(clerk: &mut Clerk, iam: &Url, round: u32) -> anyhow::Result<()> {
    let email = format!("{round}@trouble.example");
    let body = json!({ "email": email, "name": "Somebody", "roles": [] });
    let invited = clerk.create(
        Kind("iam-service", "user"),
        iam.join("/invitations")?,
        &email,
        body,
    );
    let Some(mut user) = invited.await? else {
        return Ok(());
    };
    let body = json!({ "roles": ["REALGUARDIO_POLICY_ADMINISTRATOR"] });
    clerk.change(&mut user, "/roles", body).await?;
    clerk.journal.push(user);
    Ok(())
}

/// Round the clock, there.
fn hours(zone: &str) -> Value {
    let days = [
        "MONDAY",
        "TUESDAY",
        "WEDNESDAY",
        "THURSDAY",
        "FRIDAY",
        "SATURDAY",
        "SUNDAY",
    ];
    let windows = days.map(|day| json!({ "day": day, "start": "00:00", "end": "24:00" }));
    json!({ "timeZone": zone, "windows": windows, "exceptions": [] })
}

async fn team(
    clerk: &mut Clerk,
    (source, organization): (&'static str, &Url),
    (person, location): (&str, &str),
    round: u32,
) -> anyhow::Result<()> {
    let name = format!("Team {round}");
    let body = json!({ "name": name });
    let formed = clerk.create(
        Kind(source, "team"),
        organization.join("teams")?,
        &name,
        body,
    );
    let Some(mut team) = formed.await? else {
        return Ok(());
    };
    rename(clerk, &mut team).await?;
    let member = format!("/members/{person}");
    clerk.change(&mut team, &member, json!({})).await?;
    let (entrusted, body) = (format!("/roles/{location}"), json!({ "roles": [VIEWER] }));
    clerk.change(&mut team, &entrusted, body).await?;
    if round.is_multiple_of(3) {
        clerk.remove(&mut team).await?;
    } else {
        // Nobody belongs to any number of teams.
        clerk.remove_below(&mut team, &member).await?;
    }
    clerk.journal.push(team);
    Ok(())
}

async fn employee(
    clerk: &mut Clerk,
    source: &'static str,
    organization: &Url,
    round: u32,
) -> anyhow::Result<()> {
    let name = format!("Employee {round}");
    let email = format!("{round}@{source}.trouble.example");
    let body = json!({ "email": email, "name": name, "roles": [VIEWER] });
    let hired = clerk.create(
        Kind(source, "employment"),
        organization.join("employees")?,
        &name,
        body,
    );
    let Some(mut employee) = hired.await? else {
        return Ok(());
    };
    clerk
        .change(&mut employee, "/roles", json!({ "roles": [DISARMER] }))
        .await?;
    if round.is_multiple_of(2) {
        clerk.remove(&mut employee).await?;
    }
    clerk.journal.push(employee);
    Ok(())
}
