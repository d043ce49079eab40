//! The owners of facts, as this service asks them when it issues a token whose reader is to decide by it.
//!
//! | owner | call | for |
//! |---|---|---|
//! | each | `POST /facts/user` | what the owner grants to the person, anywhere |
//! | dealer-service | `POST /facts/dealers-served` | for people of providers: who appointed them |
//! | customer-service | `POST /facts/locations-served` | for people of dealers and providers: where these serve |
//! | | `POST /facts/locations` | whether the teams' organizations have a say where the teams hold roles |
//! | dealer-service | `POST /facts/dealers` | for people of providers: whom the dealers there appointed |
//!
//! Each is believed in what organizations of its own kind grant to this person, and in nothing else: an answer that says more
//! is a wrong one. Always as a machine, with the person's id in the body; at most three hops, whatever there is. What would not fit into
//! a token is not asked for to its end.

use std::collections::BTreeSet;
use std::time::Duration;

use access::{
    DealerId, Employment, Facts, Location, LocationId, Organization, ProviderId, Reach, Team,
    UserId,
};
use chassis::client::{ClientError, ServiceClient};
use freshness::at_least;
use iam_claims::{Claims, MOST_LOCATIONS};
use outbox::ConsistencyToken;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

/// How many things can be asked about at once.
const AT_ONCE: usize = 100;

/// All owners of facts. A deployment may do without dealers, and without monitoring providers.
#[derive(Debug)]
pub struct Owners {
    customers: Owner,
    dealers: Option<Owner>,
    monitoring: Option<Owner>,
    deadline: Duration,
}

/// An owner, and the way to it.
#[derive(Debug)]
struct Owner {
    name: &'static str,
    client: ServiceClient,
    /// Whether it has a say for an organization.
    keeps: fn(Organization) -> bool,
}

/// An owner did not tell.
#[derive(Debug, thiserror::Error)]
pub enum Silent {
    /// It failed.
    #[error(transparent)]
    Failed(#[from] ClientError),
    /// It tells of what others own.
    #[error("{0} tells of what is not its own")]
    Wrong(&'static str),
    /// Somebody took too long.
    #[error("the owners of facts take too long")]
    Late,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Granted {
    employments: Vec<Employment>,
    teams: Vec<Team>,
    next_page: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Locations {
    locations: Vec<Location>,
    #[serde(default)]
    next_page: Option<LocationId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dealers {
    dealers: Vec<Dealer>,
    #[serde(default)]
    next_page: Option<DealerId>,
}

#[derive(Deserialize)]
struct Dealer {
    id: DealerId,
    provider: Option<ProviderId>,
}

/// What one owner grants, and what it had come to by then.
type Told = (Facts, ConsistencyToken);

impl Owners {
    /// By these clients; together they have so long.
    #[must_use]
    pub fn new(
        customers: ServiceClient,
        dealers: Option<ServiceClient>,
        monitoring: Option<ServiceClient>,
        deadline: Duration,
    ) -> Self {
        let dealers = dealers.map(|client| Owner {
            name: dealer_events::SOURCE,
            client,
            keeps: |organization| matches!(organization, Organization::Dealer(_)),
        });
        let monitoring = monitoring.map(|client| Owner {
            name: monitoring_events::SOURCE,
            client,
            keeps: |organization| matches!(organization, Organization::Provider(_)),
        });
        Self {
            customers: Owner {
                name: customer_events::SOURCE,
                client: customers,
                keeps: |organization| matches!(organization, Organization::Customer(_)),
            },
            dealers,
            monitoring,
            deadline,
        }
    }

    /// All that bears on what a person may do, at least as fresh as this.
    ///
    /// # Errors
    ///
    /// When one of the owners does not tell, or not in time.
    pub async fn claims(&self, user: UserId, known: &ConsistencyToken) -> Result<Claims, Silent> {
        let asking = timeout(self.deadline, self.ask(user, known));
        asking.await.unwrap_or(Err(Silent::Late))
    }

    async fn ask(&self, user: UserId, known: &ConsistencyToken) -> Result<Claims, Silent> {
        let since = Instant::now();
        let (customers, dealers, monitoring) = tokio::try_join!(
            self.customers.granted(user, known),
            granted(self.dealers.as_ref(), user, known),
            granted(self.monitoring.as_ref(), user, known),
        )?;
        let (mut facts, mut facts_at) = customers;
        for (more, position) in [dealers, monitoring] {
            facts.employments.extend(more.employments);
            facts.teams.extend(more.teams);
            facts_at.merge(&position);
        }
        let locations = self.locations(user, &facts, known).await?;
        let age = since.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
        let locations = locations.as_deref();
        Ok(Claims::gathered(&facts, locations, facts_at, age))
    }

    /// Where the person's employers were appointed, and where their teams hold roles; nothing, if that is too much.
    async fn locations(
        &self,
        user: UserId,
        facts: &Facts,
        known: &ConsistencyToken,
    ) -> Result<Option<Vec<Location>>, Silent> {
        let Some(dealers) = self.dealers_of(user, facts, known).await? else {
            return Ok(None);
        };
        let mut found = Vec::new();
        if !dealers.is_empty() {
            let about = json!({ "dealerIds": dealers, "limit": MOST_LOCATIONS });
            let served = self.customers.ask("/facts/locations-served", &about, known);
            let served: Locations = served.await?.0;
            if served.next_page.is_some() {
                return Ok(None);
            }
            found.extend(served.locations);
        }
        let there: BTreeSet<_> = found.iter().map(|location| location.id).collect();
        let by_teams = facts.teams.iter().flat_map(|team| team.roles.keys());
        let by_teams: BTreeSet<_> = by_teams.filter(|at| !there.contains(at)).collect();
        if by_teams.len() > AT_ONCE {
            return Ok(None);
        }
        if !by_teams.is_empty() {
            let about = json!({ "locationIds": by_teams });
            let more = self.customers.ask("/facts/locations", &about, known);
            let more: Locations = more.await?.0;
            found.extend(more.locations);
        }
        self.appoint(&mut found, facts, known).await?;
        Ok(Some(found))
    }

    /// The dealers by whom the person is employed, or who appointed an employer of theirs, as far as a role is held there.
    async fn dealers_of(
        &self,
        user: UserId,
        facts: &Facts,
        known: &ConsistencyToken,
    ) -> Result<Option<BTreeSet<DealerId>>, Silent> {
        let (mut dealers, mut providers) = (BTreeSet::new(), BTreeSet::new());
        for organization in Reach::of(user, facts).organizations {
            match organization {
                Organization::Customer(_) => {}
                Organization::Dealer(dealer) => {
                    dealers.insert(dealer);
                }
                Organization::Provider(provider) => {
                    providers.insert(provider);
                }
            }
        }
        if let Some(owner) = self.dealers.as_ref().filter(|_| !providers.is_empty()) {
            if providers.len() > AT_ONCE {
                return Ok(None);
            }
            let about = json!({ "providerIds": providers, "limit": AT_ONCE });
            let served = owner.ask("/facts/dealers-served", &about, known);
            let served: Dealers = served.await?.0;
            if served.next_page.is_some() {
                return Ok(None);
            }
            dealers.extend(served.dealers.into_iter().map(|dealer| dealer.id));
        }
        Ok(Some(dealers).filter(|dealers| dealers.len() <= AT_ONCE))
    }

    /// Completes locations by the providers whom their dealers appointed, for people of providers.
    async fn appoint(
        &self,
        locations: &mut [Location],
        facts: &Facts,
        known: &ConsistencyToken,
    ) -> Result<(), Silent> {
        let mut employers = facts.employments.iter().map(|held| held.organization);
        let watches = employers.any(|employer| matches!(employer, Organization::Provider(_)));
        for location in locations.iter_mut() {
            // Not for the owner of the location to tell.
            location.provider = None;
        }
        let dealers: Vec<_> = locations.iter().filter_map(|at| at.dealer).collect();
        let dealers: Vec<_> = BTreeSet::from_iter(dealers).into_iter().collect();
        let Some(owner) = self.dealers.as_ref().filter(|_| watches) else {
            return Ok(());
        };
        for dealers in dealers.chunks(AT_ONCE) {
            let about = json!({ "dealerIds": dealers });
            let told: Dealers = owner.ask("/facts/dealers", &about, known).await?.0;
            for dealer in told.dealers {
                let theirs = locations.iter_mut();
                theirs
                    .filter(|location| location.dealer == Some(dealer.id))
                    .for_each(|location| location.provider = dealer.provider);
            }
        }
        Ok(())
    }
}

/// What an owner grants that may not be there.
async fn granted(
    owner: Option<&Owner>,
    user: UserId,
    known: &ConsistencyToken,
) -> Result<Told, Silent> {
    match owner {
        Some(owner) => owner.granted(user, known).await,
        None => Ok(Told::default()),
    }
}

impl Owner {
    /// All that the owner grants to a person, and what it had come to when it began to tell.
    async fn granted(&self, user: UserId, known: &ConsistencyToken) -> Result<Told, Silent> {
        let (mut facts, mut first, mut page) = (Facts::default(), None, None);
        loop {
            let about = json!({ "userId": user, "page": page });
            let (part, position) = self.ask::<Granted>("/facts/user", &about, known).await?;
            self.vouch(user, &part)?;
            facts.employments.extend(part.employments);
            facts.teams.extend(part.teams);
            let first = first.get_or_insert(position);
            page = part.next_page;
            if page.is_none() {
                return Ok((facts, std::mem::take(first)));
            }
        }
    }

    /// Whether this is the owner's to tell of this person.
    fn vouch(&self, user: UserId, told: &Granted) -> Result<(), Silent> {
        let of_others = told.employments.iter().any(|held| held.user != user);
        let employers = told.employments.iter().map(|held| held.organization);
        let mut grantors = employers.chain(told.teams.iter().map(|team| team.organization));
        if !of_others && grantors.all(self.keeps) {
            return Ok(());
        }
        let wrong = Silent::Wrong(self.name);
        tracing::error!(owner = self.name, of_others, "{wrong}");
        Err(wrong)
    }

    /// Asks for an answer that is at least so fresh, and says how fresh it is.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        about: &Value,
        known: &ConsistencyToken,
    ) -> Result<(T, ConsistencyToken), Silent> {
        let call = self.client.post(path).json(about);
        let reply = at_least(known, call).send().await?;
        // An answer that does not say is taken for the oldest.
        let position = ConsistencyToken::from_headers(&reply.headers).unwrap_or_default();
        Ok((reply.body, position))
    }
}
