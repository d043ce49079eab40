//! The owners of facts, as this service asks them: one client for each.
//!
//! | owner | call | for |
//! |---|---|---|
//! | each | `POST /facts/decision` | a decision on one system: the user's employments, and their teams there |
//! | each | `POST /facts/user` | a list: all that the owner grants to a user |
//! | [customer-service](customers) | `POST /facts/locations`, `POST /facts/locations-served` | a list: locations by id, or those of dealers |
//! | | `PUT /locations/{id}/reservation`, `DELETE …/{systemId}` | installing and removing a system |
//! | [dealer-service](dealers) | `POST /facts/dealers`, `POST /facts/dealers-served` | whom dealers appointed, and by whom a provider was |
//! | | `POST /facts/administrator` | whether somebody may install |
//! | [monitoring-service](monitoring) | | |
//!
//! Always as a machine, with the person's id in the body. An owner is believed in what organizations of its own kind grant to
//! this person, and in nothing else: an answer that says more is a wrong one, by which nothing is known.
//!
//! A deployment may do without dealers, and without monitoring providers: an owner that is not
//! configured employs nobody. Its branch of the rule is empty, as if nobody was ever appointed, which
//! is something else than an owner that does not answer.

pub mod customers;
pub mod dealers;
mod grantor;
pub mod monitoring;

use access::{Employment, Facts, LocationId, Organization, Team, UserId};
use chassis::client::{ClientError, Reply, ServiceClient};
use http::HeaderMap;
use outbox::ConsistencyToken;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::authorization::Cause;

pub use customers::CustomerService;
pub use dealers::DealerService;
pub use grantor::Grantor;

/// Where facts are asked for, by the owner's name: what the owners cannot change without asking.
pub const FACTS: [(&str, &[&str]); 3] = [
    (customers::NAME, &customers::FACTS),
    (dealers::NAME, &dealers::FACTS),
    (monitoring::NAME, &monitoring::FACTS),
];

/// Each owner: what bears on a decision.
const DECISION: &str = "/facts/decision";

/// Each owner: all that is granted to a user.
const USER: &str = "/facts/user";

/// How many things may be asked about at once.
const AT_ONCE: usize = 100;

/// How many things are told at once, where they are told in windows.
const WINDOW: usize = 500;

/// All owners of facts.
#[derive(Debug)]
pub struct Owners {
    /// Of customers, their locations and their people.
    pub customers: CustomerService,
    /// Of dealers and their people.
    pub dealers: DealerService,
    /// Of monitoring providers and their people.
    pub monitoring: Grantor,
}

impl Owners {
    /// The names of those that there are: audiences of tokens, sources in consistency tokens.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let dealers = self.dealers.is_there().then_some(dealers::NAME);
        let monitoring = self.monitoring.is_there().then_some(monitoring::NAME);
        [Some(customers::NAME), dealers, monitoring]
            .into_iter()
            .flatten()
    }
}

/// What one kind of organization grants to a user.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Granted {
    /// Their employments.
    pub employments: Vec<Employment>,
    /// The teams that these belong to.
    pub teams: Vec<Team>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    #[serde(flatten)]
    granted: Granted,
    next_page: Option<String>,
}

/// An owner, and the way to it.
#[derive(Debug)]
struct Owner {
    name: &'static str,
    client: ServiceClient,
    /// Whether it has a say for an organization.
    keeps: fn(Organization) -> bool,
}

impl Owner {
    /// Asks, and takes no answer that is less fresh than this. Every answer says as of when it is, so the owner need not be told
    /// how fresh it has to be: it would look that up first, and by the time that this takes a stranger could tell whether
    /// something is kept with a system.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        question: &impl Serialize,
        freshness: &ConsistencyToken,
    ) -> Result<Reply<T>, Cause> {
        let call = self.client.post(path).json(question);
        let owner = call.service().to_owned();
        let reply: Reply<T> = call.send().await?;
        let (required, as_of) = (freshness.of_sources(&[&owner]), position(&reply.headers));
        if !as_of.covers(&required) {
            return Err(Cause(format!(
                "{owner} has to know of {required}, and answers as of {as_of}"
            )));
        }
        Ok(reply)
    }

    /// What bears on a user at a location, as far as it is this owner's to tell.
    async fn facts(
        &self,
        user: UserId,
        location: LocationId,
        freshness: &ConsistencyToken,
    ) -> Result<Facts, Cause> {
        let question = json!({ "userId": user, "locationId": location });
        let reply = self.ask(DECISION, &question, freshness);
        let told: Facts = reply.await?.body;
        self.vouch(user, &told.employments, &told.teams)?;
        Ok(told)
    }

    /// All that the owner grants to a user, anywhere, and what it had come to by then.
    async fn facts_of_user(
        &self,
        user: UserId,
        freshness: &ConsistencyToken,
    ) -> Result<(Granted, ConsistencyToken), Cause> {
        let mut granted = Granted::default();
        let mut as_of = None;
        let mut page = None;
        loop {
            let question = json!({ "userId": user, "page": page });
            let reply = self.ask::<Part>(USER, &question, freshness).await?;
            // The first part is the oldest.
            let as_of = as_of.get_or_insert_with(|| position(&reply.headers));
            let told = reply.body.granted;
            self.vouch(user, &told.employments, &told.teams)?;
            granted.employments.extend(told.employments);
            granted.teams.extend(told.teams);
            page = reply.body.next_page;
            if page.is_none() {
                return Ok((granted, std::mem::take(as_of)));
            }
        }
    }

    /// Whether this is the owner's to tell of this user.
    fn vouch(&self, user: UserId, employments: &[Employment], teams: &[Team]) -> Result<(), Cause> {
        let of_others = employments.iter().any(|held| held.user != user);
        let employers = employments.iter().map(|held| held.organization);
        let mut grantors = employers.chain(teams.iter().map(|team| team.organization));
        if !of_others && grantors.all(self.keeps) {
            return Ok(());
        }
        let wrong = format!("{} tells of what is not its own", self.name);
        tracing::error!(owner = self.name, of_others, "{wrong}");
        Err(Cause(wrong))
    }
}

/// What the owner had come to when it answered. An answer that does not say is taken for the oldest.
fn position(headers: &HeaderMap) -> ConsistencyToken {
    ConsistencyToken::from_headers(headers).unwrap_or_default()
}

impl From<ClientError> for Cause {
    fn from(error: ClientError) -> Self {
        if matches!(error, ClientError::Refused { .. }) {
            tracing::error!(%error, "a service that was asked refuses to answer");
        }
        Self(error.to_string())
    }
}
