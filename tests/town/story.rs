//! One story, told in a town.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use demo_world::{
    api::{Answer, Api, Seen},
    cast::{DEALER_ONBOARDING, PLATFORM_ADMINISTRATOR},
    clients::{PANEL, machine_token},
    mailbox,
    patience::patiently,
    visitor::Visitor,
};
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::json;
use tokio::time::{Instant, interval};
use url::Url;

use super::{Containers, Ground, Organization, Person, Town};

/// How long it may take until everybody knows.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often to look.
const LOOK: Duration = Duration::from_millis(200);

/// A story. Everybody in it knows what the others have written: no answer is older than that.
pub struct Story {
    /// Where it is told.
    pub town: &'static Town,
    name: String,
    seen: Seen,
}

impl Story {
    pub(super) fn begin(town: &'static Town, name: &str) -> Self {
        Self {
            town,
            name: name.to_owned(),
            seen: Seen::default(),
        }
    }

    /// What the town is built of, if that is containers.
    pub fn containers(&self) -> anyhow::Result<&'static Containers> {
        match &self.town.ground {
            Ground::Containers(containers) => Ok(containers),
            Ground::Processes(_) => bail!("no containers"),
        }
    }

    /// An address that nobody has in another story.
    pub(super) fn email(&self, name: &str) -> String {
        format!("{name}@{}.example", self.name.replace('_', "-"))
    }

    /// Somebody of the demo world, or of this story, signed in.
    pub async fn caller(&self, email: &str) -> anyhow::Result<Api> {
        let token = self.town.token(email).await?;
        Ok(Api::new(self.town.client.clone(), token).sharing(self.seen.clone()))
    }

    /// Whoever was written to chooses a password, and signs in.
    pub async fn follows_the_link(&self, email: &str) -> anyhow::Result<Api> {
        let link = patiently(|| async {
            let mut visitor = Visitor::new(self.town.client.clone());
            mailbox::link(&mut visitor, &self.town.addresses.iam, email).await
        });
        let (link, password) = (link.await?, &self.town.password);
        let mut visitor = Visitor::new(self.town.client.clone());
        visitor.choose_password(link, email, password).await?;
        self.caller(email).await
    }

    /// Whoever plays the buildings' panels.
    pub async fn panel(&self) -> anyhow::Result<Api> {
        let Town { client, panel, .. } = self.town;
        let token = machine_token(client, &self.town.addresses.iam, PANEL, panel).await?;
        Ok(Api::new(client.clone(), token).sharing(self.seen.clone()))
    }

    /// A customer, founded by the platform's administrator.
    pub async fn customer(&self, name: &str) -> anyhow::Result<Organization<'_>> {
        let founder = self.caller(PLATFORM_ADMINISTRATOR.email).await?;
        let all = self.town.addresses.customer.join("/customers")?;
        Organization::found(self, &founder, all, name).await
    }

    /// A dealer, onboarded by whose role that is.
    pub async fn dealer(&self, name: &str) -> anyhow::Result<Organization<'_>> {
        let onboarding = self.caller(DEALER_ONBOARDING.email).await?;
        let all = self.town.addresses.dealer.join("/dealers")?;
        Organization::found(self, &onboarding, all, name).await
    }

    /// A monitoring provider, founded by the platform's administrator.
    pub async fn provider(&self, name: &str) -> anyhow::Result<Organization<'_>> {
        let founder = self.caller(PLATFORM_ADMINISTRATOR.email).await?;
        let all = self
            .town
            .addresses
            .monitoring
            .join("/monitoring-providers")?;
        Organization::found(self, &founder, all, name).await
    }

    /// A system, installed at a location, by the platform's administrator.
    pub async fn system(&self, location: &str) -> anyhow::Result<Url> {
        let founder = self.caller(PLATFORM_ADMINISTRATOR.email).await?;
        let all = self
            .town
            .addresses
            .security_system
            .join("/securitysystems")?;
        let body = json!({ "locationId": location });
        let id = founder.create(all, &body).await?.text("id")?;
        let path = format!("/securitysystems/{id}");
        Ok(self.town.addresses.security_system.join(&path)?)
    }

    /// Waits until whoever decides knows of all that was written in this story.
    pub async fn settles(&self) -> anyhow::Result<()> {
        self.is_known_to(&self.town.addresses.security_system).await
    }

    /// Waits until a service knows of all that was written in this story.
    pub(super) async fn is_known_to(&self, service: &Url) -> anyhow::Result<()> {
        let ready = service.join("/health/ready")?;
        let token = self
            .seen
            .writes()
            .header_value()
            .context("nothing was written")?;
        let (begun, mut beat) = (Instant::now(), interval(LOOK));
        while begun.elapsed() < PATIENCE {
            beat.tick().await;
            let asked = self.town.client.get(ready.clone());
            let asked = asked
                .header("consistency-token", token.clone())
                .send()
                .await;
            if asked.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
        }
        bail!("{} does not settle", self.name)
    }

    /// What a person's attempt to disarm a system is answered, which is the same under every strategy.
    pub async fn disarm(&self, person: &Person, system: &Url) -> anyhow::Result<Answer> {
        let mut answers = Vec::new();
        for strategy in Strategy::LIVE {
            let by = [("authorization-strategy", strategy.as_str())];
            let body = json!({ "action": "DISARM" });
            let answer = person
                .api
                .send(Method::PUT, system.clone(), &by, Some(&body));
            answers.push(answer.await?);
        }
        let statuses: Vec<StatusCode> = answers.iter().map(|answer| answer.status).collect();
        let bodies: Vec<_> = answers.iter().map(|answer| &answer.body).collect();
        ensure!(
            statuses.windows(2).all(|pair| pair[0] == pair[1]),
            "{statuses:?}: {bodies:?}"
        );
        Ok(answers.remove(0))
    }
}
