//! People who work without a pause, and a look at what they have done.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use reqwest::Client;
use security_system_service::authorization::Strategy;
use serde_json::{Value, json};
use stories::crew::Crew;
use stories::town::{Organization, Person, Story, Town};
use stories::voice::{Parts, Request};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::voice::{Insistent, PATIENCE};

/// All who work.
pub(crate) struct Load {
    crew: Crew<Worker>,
}

/// Whom the work is done for.
pub(crate) struct Employers<'a> {
    pub(crate) customer: &'a Organization<'a>,
    pub(crate) dealer: &'a Organization<'a>,
    pub(crate) provider: &'a Organization<'a>,
}

enum Worker {
    /// Hires people.
    Clerk(Clerk),
    /// Arms and disarms a system.
    Guard(Guard),
    /// Looks at it, and asks what may be done to it.
    Viewer(Viewer),
}

struct Clerk {
    voice: Insistent,
    employees: Url,
    number: usize,
    /// Of the addresses of those who are hired.
    domain: String,
    /// Ids, by name.
    hired: BTreeMap<String, String>,
}

struct Guard {
    voice: Insistent,
    system: Url,
    done: usize,
}

struct Viewer {
    voice: Insistent,
    systems: Url,
    explanation: Url,
    done: usize,
}

impl Load {
    /// A customer's administrator hires at the BFF, a dealer's and a provider's at their services, and a guard arms and
    /// disarms a system, under each live strategy in turn.
    pub(crate) async fn begin(
        story: &Story,
        employers: Employers<'_>,
        guard: &Person,
        system: &Url,
    ) -> anyhow::Result<Self> {
        let town = story.town;
        let Employers {
            customer,
            dealer,
            provider,
        } = employers;
        let at_the_bff = format!("/api/customers/{}/employees", customer.id);
        let voice = Insistent::at_a_browser(town, &customer.email).await?;
        let desk = town.origin.join(&at_the_bff)?;
        let mut workers = vec![Worker::clerk(0, customer, voice, desk)?];
        for (number, organization) in [(1, dealer), (2, provider)] {
            let voice = Insistent::of(town, &organization.email, organization.admin.clone());
            let desk = organization.base.join("employees")?;
            workers.push(Worker::clerk(number, organization, voice, desk)?);
        }
        workers.push(Worker::Guard(Guard {
            voice: Insistent::of(town, &guard.email, guard.api.clone()),
            system: system.clone(),
            done: 0,
        }));
        Ok(Self::of(workers))
    }

    /// All of them at the BFF, where nobody is to notice anything; and the guard looks at what may be done, too.
    pub(crate) async fn begin_at_browsers(
        town: &'static Town,
        client: &Client,
        employers: Employers<'_>,
        guard: &Person,
        system: &Url,
    ) -> anyhow::Result<Self> {
        let Employers {
            customer,
            dealer,
            provider,
        } = employers;
        let mut workers = Vec::new();
        for (number, organization) in [customer, dealer, provider].into_iter().enumerate() {
            let voice = Insistent::who_minds(town, client, &organization.email).await?;
            let desk = format!("/api{}employees", organization.base.path());
            let desk = town.origin.join(&desk)?;
            workers.push(Worker::clerk(number, organization, voice, desk)?);
        }
        let system = town.origin.join(&format!("/api{}", system.path()))?;
        workers.push(Worker::Viewer(Viewer {
            voice: Insistent::who_minds(town, client, &guard.email).await?,
            systems: town.origin.join("/api/securitysystems")?,
            explanation: format!("{system}/explanation").parse()?,
            done: 0,
        }));
        workers.push(Worker::Guard(Guard {
            voice: Insistent::who_minds(town, client, &guard.email).await?,
            system,
            done: 0,
        }));
        Ok(Self::of(workers))
    }

    fn of(workers: Vec<Worker>) -> Self {
        let mut crew = Crew::default();
        for worker in workers {
            let counter = crew.counter();
            crew.add(worker.work(counter, crew.closing()));
        }
        Self { crew }
    }

    /// How many requests were accepted.
    pub(crate) fn accepted(&self) -> usize {
        self.crew.done()
    }

    /// Waits until everybody has done so much more; fails if anybody stops.
    pub(crate) async fn goes_on(&mut self, more: usize) -> anyhow::Result<()> {
        self.crew.goes_on(more, PATIENCE).await
    }

    /// Ends, sees that everything that was accepted is there once, and says how much that is.
    pub(crate) async fn end(mut self) -> anyhow::Result<usize> {
        for worker in self.crew.end().await? {
            match worker {
                Worker::Clerk(clerk) => clerk.all_are_there().await?,
                Worker::Guard(guard) => guard.all_is_on_record().await?,
                Worker::Viewer(_) => {}
            }
        }
        Ok(self.crew.done())
    }
}

impl Worker {
    fn clerk(
        number: usize,
        employer: &Organization<'_>,
        voice: Insistent,
        employees: Url,
    ) -> anyhow::Result<Self> {
        let (_, domain) = employer.email.split_once('@').context("no address")?;
        Ok(Self::Clerk(Clerk {
            voice,
            employees,
            number,
            domain: domain.to_owned(),
            hired: BTreeMap::new(),
        }))
    }

    async fn work(
        mut self,
        counter: watch::Sender<usize>,
        closing: CancellationToken,
    ) -> anyhow::Result<Self> {
        while !closing.is_cancelled() {
            match &mut self {
                Self::Clerk(clerk) => clerk.hires().await?,
                Self::Guard(guard) => guard.acts().await?,
                Self::Viewer(viewer) => viewer.looks().await?,
            }
            counter.send_modify(|count| *count += 1);
        }
        Ok(self)
    }
}

impl Clerk {
    async fn hires(&mut self) -> anyhow::Result<()> {
        let (number, employer, domain) = (self.hired.len(), self.number, &self.domain);
        let (name, email) = (
            format!("Hand {number}"),
            format!("hand-{number}-of-{employer}@{domain}"),
        );
        let body = json!({ "email": email, "name": name, "roles": [] });
        let hire = Request::create(self.employees.clone(), body);
        let id = self.voice.insists(&hire).await?.text("id")?;
        self.hired.insert(name, id);
        Ok(())
    }

    async fn all_are_there(mut self) -> anyhow::Result<()> {
        let mut there: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for employee in pages(&mut self.voice, &self.employees).await? {
            let text = |field: &str| employee[field].as_str().unwrap_or_default().to_owned();
            there.entry(text("name")).or_default().push(text("id"));
        }
        for (name, id) in &self.hired {
            let found = there.get(name);
            ensure!(
                found == Some(&vec![id.clone()]),
                "{name} is {id} and {found:?}"
            );
        }
        Ok(())
    }
}

impl Guard {
    async fn acts(&mut self) -> anyhow::Result<()> {
        let action = ["ARM", "DISARM"][self.done % 2];
        let strategy = Strategy::LIVE[self.done / 2 % Strategy::LIVE.len()];
        let body = json!({ "action": action });
        let act = Request::act(self.system.clone(), body).by(strategy);
        self.voice.insists(&act).await?;
        self.done += 1;
        Ok(())
    }

    async fn all_is_on_record(mut self) -> anyhow::Result<()> {
        let history = format!("{}/history", self.system).parse()?;
        let entries = pages(&mut self.voice, &history).await?;
        let lasting = entries.windows(2).all(|two| two[0]["from"] == two[1]["to"]);
        ensure!(lasting, "something is missing in {entries:?}");
        let (recorded, done) = (entries.len(), self.done);
        ensure!(
            recorded == done,
            "{done} were accepted, {recorded} recorded"
        );
        Ok(())
    }
}

impl Viewer {
    /// Is always shown the one system, or told that it is there and by facts that are too old; and always told what may be done
    /// to it.
    async fn looks(&mut self) -> anyhow::Result<()> {
        let strategy = Strategy::LIVE[self.done % Strategy::LIVE.len()];
        let look = Request::read(self.systems.clone()).by(strategy);
        let list = self.voice.insists(&look).await?.body;
        let count = |field: &str| list[field].as_array().map_or(0, Vec::len);
        let known = count("items") + count("undecided");
        ensure!(known == 1, "by {strategy} is shown {list}");
        let ask = Request::read(self.explanation.clone()).by(strategy);
        let told = self.voice.insists(&ask).await?.body;
        let operations = told["operations"].as_array().map_or(0, Vec::len);
        ensure!(operations > 0, "by {strategy}: {told}");
        self.done += 1;
        Ok(())
    }
}

/// All items of a list.
async fn pages(voice: &mut Insistent, list: &Url) -> anyhow::Result<Vec<Value>> {
    let mut parts = Parts::of(list.clone());
    while let Some(part) = parts.next_part() {
        parts.add(voice.insists(&Request::read(part)).await?.body);
    }
    Ok(parts.items())
}
