//! Somebody who writes, takes no silence for an answer, and keeps a journal.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use demo_world::{api::Answer, visitor::Visitor};
use reqwest::{Client, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, timeout};
use url::Url;

use super::Verdict;
use super::journal::{Kind, Thing};
use crate::house::PASSWORD;
use crate::voice::{Parts, Request, Voice};

/// One request at a time, and no more than so often.
const BEAT: Duration = Duration::from_millis(15);
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// When there still is no answer, what was asked is lost.
pub(super) const DEADLINE: Duration = Duration::from_mins(1);

/// Somebody who writes.
pub(super) struct Clerk {
    client: Client,
    issuer: Url,
    voice: Voice,
    strategy: Option<Strategy>,
    answers: Arc<watch::Sender<usize>>,
    beat: Interval,
    /// What a killed attempt has a lease on.
    aside: Vec<Creation>,
    /// What is to be looked at in the end.
    pub(super) journal: Vec<Thing>,
    pub(super) verdict: Verdict,
}

/// Something to be created.
struct Creation {
    request: Request,
    kind: Kind,
    name: String,
}

/// What came of a request.
enum Reply {
    /// An answer; and whether others had been lost before.
    Answer(Answer, bool),
    /// Another attempt at it has a lease.
    InFlight,
}

impl Clerk {
    pub(super) fn new(client: Client, issuer: Url, voice: Voice) -> Self {
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            client,
            issuer,
            voice,
            strategy: None,
            answers: Arc::default(),
            beat,
            aside: Vec::new(),
            journal: Vec::new(),
            verdict: Verdict::default(),
        }
    }

    /// The same, counting with others how many answers came.
    pub(super) fn counting(mut self, answers: &Arc<watch::Sender<usize>>) -> Self {
        self.answers = answers.clone();
        self
    }

    /// Sends a request until it is answered by somebody who knows.
    async fn ask(&mut self, request: &Request) -> anyhow::Result<Reply> {
        let (begun, mut again) = (Instant::now(), false);
        loop {
            self.beat.tick().await;
            ensure!(begun.elapsed() < DEADLINE, "nobody answers {request}");
            match timeout(PATIENCE, self.voice.send(request)).await {
                Ok(Ok(answer)) if answer.status == StatusCode::UNAUTHORIZED => {
                    let refreshed = self.refresh().await;
                    // iam-service may be the one that is gone.
                    if begun.elapsed() > DEADLINE / 2 {
                        refreshed?;
                    }
                }
                Ok(Ok(answer)) if answer.is_in_flight() => return Ok(Reply::InFlight),
                Ok(Ok(answer)) if is_decided(&answer) => {
                    self.answers.send_modify(|answers| *answers += 1);
                    return Ok(Reply::Answer(answer, again));
                }
                _ => again = true,
            }
        }
    }

    /// Gets another token for one that has expired.
    async fn refresh(&mut self) -> anyhow::Result<()> {
        let holder = self.voice.holder()?;
        let token = token(&self.client, &self.issuer, holder).await?;
        self.voice.goes_on_with(token);
        Ok(())
    }

    /// Reads something, or that it is not there.
    pub(super) async fn read(&mut self, url: Url) -> anyhow::Result<Option<Value>> {
        let strategy = self.strategy.into_iter();
        let request = strategy.fold(Request::read(url), Request::by);
        match self.ask(&request).await? {
            Reply::Answer(answer, _) if answer.status.is_success() => Ok(Some(answer.body)),
            Reply::Answer(answer, _) if answer.status == StatusCode::NOT_FOUND => Ok(None),
            Reply::Answer(answer, _) => bail!("{request}: {} {}", answer.status, answer.body),
            Reply::InFlight => bail!("{request}: reading takes no lease"),
        }
    }

    /// Reads all parts of a list.
    pub(super) async fn list(&mut self, all: &Url) -> anyhow::Result<Vec<Value>> {
        let mut parts = Parts::of(all.clone());
        while let Some(part) = parts.next_part() {
            parts.add(self.read(part).await?.context("no such list")?);
        }
        Ok(parts.items())
    }

    /// Begins to follow something that is there, which nobody else changes.
    pub(super) async fn follow(&mut self, kind: Kind, id: &str, url: Url) -> anyhow::Result<Thing> {
        let there = self.read(url.clone()).await?;
        let there = there.with_context(|| format!("nothing at {url}"))?;
        Ok(Thing::new(kind, id, url, there["version"].as_i64()))
    }

    /// Creates something of this name; nothing comes of it yet, if the attempt is put aside.
    pub(super) async fn create(
        &mut self,
        kind: Kind,
        all: Url,
        name: &str,
        body: Value,
    ) -> anyhow::Result<Option<Thing>> {
        let creation = Creation {
            request: Request::create(all, body),
            kind,
            name: name.to_owned(),
        };
        self.carry_out(creation).await
    }

    async fn carry_out(&mut self, creation: Creation) -> anyhow::Result<Option<Thing>> {
        let request = &creation.request;
        match self.ask(request).await? {
            Reply::Answer(answer, again) if answer.status.is_success() => {
                let id = answer.text("id")?;
                let all = &request.url;
                // Whoever is invited is a user.
                let path = all.path().replace("/invitations", "/users");
                let url = all.join(&format!("{path}/{id}"))?;
                let version = answer.body["version"].as_i64();
                self.count(again);
                let thing = Thing::new(creation.kind, &id, url, version);
                Ok(Some(match &*creation.name {
                    "" => thing.nameless(),
                    name => thing.named(name),
                }))
            }
            Reply::Answer(answer, _) => bail!("{request}: {} {}", answer.status, answer.body),
            Reply::InFlight => {
                self.aside.push(creation);
                Ok(None)
            }
        }
    }

    /// Asks again for what was put aside.
    pub(super) async fn ask_again(&mut self) -> anyhow::Result<()> {
        for creation in std::mem::take(&mut self.aside) {
            if let Some(thing) = self.carry_out(creation).await? {
                self.verdict.repeated += 1;
                self.journal.push(thing);
            }
        }
        Ok(())
    }

    /// Asks for what was put aside until there is no such thing.
    pub(super) async fn ask_on(&mut self) -> anyhow::Result<()> {
        // As often as the answer says.
        let mut seconds = interval(Duration::from_secs(1));
        while !self.aside.is_empty() {
            seconds.tick().await;
            self.ask_again().await?;
        }
        Ok(())
    }

    /// The names of what may have been created or not: nobody has said.
    pub(super) fn open(&self) -> BTreeSet<String> {
        let aside = self.aside.iter();
        aside.map(|creation| creation.name.clone()).collect()
    }

    /// From now on asks for what this strategy says.
    pub(super) const fn by(&mut self, strategy: Strategy) -> &mut Self {
        self.strategy = Some(strategy);
        self
    }

    /// Changes something, where the path leads below it.
    pub(super) async fn change(
        &mut self,
        thing: &mut Thing,
        path: &str,
        body: Value,
    ) -> anyhow::Result<()> {
        let request = Request::change(thing.below(path)?, thing.version()?, body);
        self.move_on(thing, request).await
    }

    /// Changes something by removing what is below it, where the path leads.
    pub(super) async fn remove_below(
        &mut self,
        thing: &mut Thing,
        path: &str,
    ) -> anyhow::Result<()> {
        let request = Request::remove(thing.below(path)?, thing.version()?);
        self.move_on(thing, request).await
    }

    async fn move_on(&mut self, thing: &mut Thing, request: Request) -> anyhow::Result<()> {
        let (version, again) = match self.ask(&request).await? {
            Reply::Answer(answer, again) if answer.status.is_success() => {
                (answer.body["version"].as_i64(), again)
            }
            // It was done the first time, and the answer was lost.
            Reply::Answer(answer, true) if answer.status == StatusCode::PRECONDITION_FAILED => {
                let there = self.read(thing.url.clone()).await?.unwrap_or_default();
                (there["version"].as_i64(), true)
            }
            Reply::Answer(answer, _) => bail!("{request}: {} {}", answer.status, answer.body),
            Reply::InFlight => bail!("{request}: versions take no lease"),
        };
        let version = version.with_context(|| format!("{request}: no version"))?;
        if let Err(complaint) = thing.moved_to(version) {
            complaint.told(&mut self.verdict, &request);
        }
        self.count(again);
        Ok(())
    }

    /// Removes something.
    pub(super) async fn remove(&mut self, thing: &mut Thing) -> anyhow::Result<()> {
        let request = Request::remove(thing.url.clone(), thing.version()?);
        let Reply::Answer(answer, again) = self.ask(&request).await? else {
            bail!("{request}: versions take no lease");
        };
        let gone = matches!(
            answer.status,
            StatusCode::NOT_FOUND | StatusCode::PRECONDITION_FAILED
        );
        ensure!(
            answer.status.is_success() || gone && again,
            "{request}: {} {}",
            answer.status,
            answer.body
        );
        thing.ends();
        self.count(again);
        Ok(())
    }

    const fn count(&mut self, again: bool) {
        self.verdict.writes += 1;
        if again {
            self.verdict.repeated += 1;
        }
    }
}

/// Whether it is an answer, and leaves no system out of a list because not enough is known of it by now.
fn is_decided(answer: &Answer) -> bool {
    !answer.status.is_server_error() && answer.body.get("undecided").is_none()
}

/// A token for somebody.
pub(super) async fn token(client: &Client, issuer: &Url, email: &str) -> anyhow::Result<String> {
    let mut visitor = Visitor::new(client.clone());
    visitor.sign_in(issuer, email, PASSWORD).await
}
