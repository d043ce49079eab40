//! Whatever happens to a container, nothing that was accepted is lost, and everybody goes on to say the same.
//!
//! While each part is paused, killed, stopped, and taken off the network, two administrators hire people without a
//! pause, each hiring sent with the same key until somebody who knows answers it. In the end everybody who
//! was hired is there, once, and all strategies agree on what the first of them may do.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use demo_world::api::Api;
use demo_world::services::SERVICES;
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::json;
use stories::town::{Containers, Ground, Organization, Part, Story, Town, tell_alone};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

/// How long an answer may be waited for, over all attempts.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long each trouble lasts.
const MOMENT: Duration = Duration::from_secs(1);

/// What happens to a part, and what ends it.
type Trouble = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const TROUBLES: [Trouble; 3] = [
    ("paused", &["pause"], &["unpause"]),
    ("killed", &["kill"], &["start"]),
    ("stopped", &["stop", "-t5"], &["start"]),
];

#[test]
fn nothing_is_lost_whatever_happens_to_a_container() -> anyhow::Result<()> {
    tell_alone(&super::TOWN, Town::of_containers, "trouble", trouble)
}

async fn trouble(story: Story) -> anyhow::Result<()> {
    let Ground::Containers(containers) = &story.town.ground else {
        bail!("no containers");
    };
    let mut customer = story.customer("Stormy Heights").await?;
    let system = story.system(&customer.opens("Heights").await?).await?;
    let mut grace = customer
        .hires("grace", &["SECURITY_SYSTEM_DISARMER"])
        .await?;
    let dealer = story.dealer("Stormy Alarms").await?;
    let mut load = Load::begin(story.town, &[&customer, &dealer])?;
    let parts = SERVICES.iter().map(|service| service.name);
    for (number, part) in parts.chain(["postgres", "nats"]).enumerate() {
        let part = Part(part, 1);
        for (name, harm, heal) in [TROUBLES[number % 3], TROUBLES[(number + 1) % 3]] {
            load.goes_on(3)
                .await
                .with_context(|| format!("before {part:?} is {name}"))?;
            containers.part(harm, part).await?;
            lasts().await;
            containers.part(heal, part).await?;
            load.goes_on(3)
                .await
                .with_context(|| format!("after {part:?} was {name}"))?;
        }
        containers.detach(part).await?;
        lasts().await;
        containers.attach(part).await?;
        load.goes_on(3)
            .await
            .with_context(|| format!("after {part:?} was off the network"))?;
    }
    lose_the_brokers_disk(containers).await?;
    load.goes_on(3)
        .await
        .context("after the broker lost its disk")?;
    let hired = load.end().await?;
    ensure!(hired > 50, "too little happened: {hired}");
    grace.api = story.caller(&grace.email).await?;
    customer.admin = story.caller(&customer.email).await?;
    story.settles().await?;
    let may = story.disarm(&grace, &system).await?;
    ensure!(may.status == StatusCode::OK, "{}", may.body);
    customer.grants(&grace, &[]).await?;
    let hidden = story.disarm(&grace, &system).await?;
    ensure!(hidden.status == StatusCode::NOT_FOUND, "{}", hidden.body);
    everybody_is_told_the_same(&story).await
}

/// Lets what happens go on for a moment.
async fn lasts() {
    let mut beat = interval(MOMENT);
    beat.tick().await;
    beat.tick().await;
}

/// Whoever is in the demo world sees the same under every strategy.
async fn everybody_is_told_the_same(story: &Story) -> anyhow::Result<()> {
    let all = story
        .town
        .addresses
        .security_system
        .join("/securitysystems")?;
    for account in &story.town.world.accounts {
        let caller = story.caller(&account.email).await?;
        let mut told = Vec::new();
        for strategy in Strategy::LIVE {
            let by = [("authorization-strategy", strategy.as_str())];
            told.push(caller.send(Method::GET, all.clone(), &by, None).await?.body);
        }
        let alike = told.windows(2).all(|pair| pair[0] == pair[1]);
        ensure!(alike, "{} is told {told:?}", account.email);
    }
    Ok(())
}

async fn lose_the_brokers_disk(containers: &Containers) -> anyhow::Result<()> {
    let nats = Part("nats", 1);
    containers.part(&["kill"], nats).await?;
    containers.wipe("nats-data").await?;
    containers.part(&["start"], nats).await
}

/// People who are hired without a pause.
struct Load {
    clerks: JoinSet<anyhow::Result<Clerk>>,
    closing: CancellationToken,
    answers: watch::Receiver<usize>,
}

impl Load {
    fn begin(town: &'static Town, organizations: &[&Organization<'_>]) -> anyhow::Result<Self> {
        let (counter, answers) = watch::channel(0);
        let (counter, closing) = (Arc::new(counter), CancellationToken::new());
        let mut clerks = JoinSet::new();
        for (number, organization) in organizations.iter().enumerate() {
            let clerk = Clerk {
                town,
                email: organization.email.clone(),
                api: organization.admin.clone(),
                url: organization.base.join("employees")?,
                number,
                hired: BTreeMap::new(),
            };
            clerks.spawn(clerk.work(counter.clone(), closing.clone()));
        }
        Ok(Self {
            clerks,
            closing,
            answers,
        })
    }

    /// Waits until so many more were hired; fails if anybody stops.
    async fn goes_on(&mut self, more: usize) -> anyhow::Result<()> {
        let enough = *self.answers.borrow() + more;
        tokio::select! {
            reached = timeout(PATIENCE, self.answers.wait_for(|count| *count >= enough)) => {
                reached.context("nobody is hired any more")??;
                Ok(())
            }
            Some(stopped) = self.clerks.join_next() => {
                stopped??;
                bail!("somebody stopped")
            }
        }
    }

    /// Ends, sees that everybody who was hired is there once, and says how many they are.
    async fn end(mut self) -> anyhow::Result<usize> {
        self.closing.cancel();
        let mut hired = 0;
        while let Some(clerk) = self.clerks.join_next().await {
            let mut clerk = clerk??;
            clerk.sign_in().await;
            hired += clerk.count().await?;
        }
        Ok(hired)
    }
}

/// An administrator who hires.
struct Clerk {
    town: &'static Town,
    email: String,
    api: Api,
    url: Url,
    number: usize,
    /// Ids, by name.
    hired: BTreeMap<String, String>,
}

impl Clerk {
    async fn work(
        mut self,
        counter: Arc<watch::Sender<usize>>,
        closing: CancellationToken,
    ) -> anyhow::Result<Self> {
        while !closing.is_cancelled() {
            let name = format!("Hand {}", self.hired.len());
            let id = self.hire(&name).await?;
            self.hired.insert(name, id);
            counter.send_modify(|count| *count += 1);
        }
        Ok(self)
    }

    /// Sends the same until it is answered by somebody who knows.
    async fn hire(&mut self, name: &str) -> anyhow::Result<String> {
        let place = name.replace(' ', "-").to_lowercase();
        let email = format!("{place}-of-{}@trouble.example", self.number);
        let body = json!({ "email": email, "name": name, "roles": [] });
        let key = [(
            "idempotency-key",
            format!("{:032x}", rand::random::<u128>()),
        )];
        let headers = key.each_ref().map(|(name, key)| (*name, key.as_str()));
        let (begun, mut beat) = (Instant::now(), interval(Duration::from_millis(100)));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while begun.elapsed() < PATIENCE {
            beat.tick().await;
            let sent = self
                .api
                .send(Method::POST, self.url.clone(), &headers, Some(&body));
            match sent.await {
                Ok(answer) if answer.status.is_success() => return answer.text("id"),
                // iam-service may be the one that is gone.
                Ok(answer) if answer.status == StatusCode::UNAUTHORIZED => self.sign_in().await,
                // Another attempt of ours has a lease.
                Ok(answer) if answer.status == StatusCode::CONFLICT => {}
                Ok(answer) if answer.status.is_client_error() => {
                    bail!("{name}: {} {}", answer.status, answer.body)
                }
                _ => {}
            }
        }
        bail!("nobody answers for {name}")
    }

    async fn sign_in(&mut self) {
        if let Ok(token) = self.town.token(&self.email).await {
            self.api = self.api.renewed(token);
        }
    }

    /// How many were hired, all of whom must be there once.
    async fn count(&self) -> anyhow::Result<usize> {
        let mut there: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut page = None::<String>;
        loop {
            let mut url = self.url.clone();
            url.query_pairs_mut().append_pair("limit", "100");
            if let Some(page) = &page {
                url.query_pairs_mut().append_pair("page", page);
            }
            let mut part = self.api.get(url).await?.body;
            for employee in part["items"].as_array().into_iter().flatten() {
                let text = |field: &str| employee[field].as_str().unwrap_or_default().to_owned();
                there.entry(text("name")).or_default().push(text("id"));
            }
            match part["nextPage"].take().as_str() {
                Some(next) => page = Some(next.to_owned()),
                None => break,
            }
        }
        for (name, id) in &self.hired {
            let found = there.get(name);
            ensure!(
                found == Some(&vec![id.clone()]),
                "{name} is {id} and {found:?}"
            );
        }
        Ok(self.hired.len())
    }
}
