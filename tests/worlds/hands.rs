//! Whoever does what a step says, through the services' own APIs.

use std::collections::BTreeMap;

use access::{LocationId, SystemId, UserId};
use anyhow::{Context as _, bail};
use chassis::entropy;
use demo_world::{
    Addresses,
    api::{Answer, Api, Seen},
    cast::{DEALER_ONBOARDING, PLATFORM_ADMINISTRATOR},
    mailbox,
    visitor::Visitor,
};
use rand::RngExt as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;
use worlds::{Cast, Employer, Step};

use super::Unanswered;
use super::paths::{Call, Paths};
use crate::house::{House, PASSWORD, Twins};

/// Administers every organization of every world.
const BOSS: &str = "boss@worlds.example";

/// The people who found and administer.
pub(crate) struct Staff {
    platform: Api,
    onboarding: Api,
    boss: Api,
}

impl Staff {
    pub(crate) async fn hire(house: &House) -> anyhow::Result<Self> {
        let platform = house.caller(PLATFORM_ADMINISTRATOR.email).await?;
        let boss =
            json!({ "email": BOSS, "name": "Boss", "roles": ["REALGUARDIO_POLICY_ADMINISTRATOR"] });
        platform
            .create(house.addresses.iam.join("/invitations")?, &boss)
            .await?;
        let mut visitor = Visitor::new(house.client.clone());
        let link = mailbox::link(&mut visitor, &house.addresses.iam, BOSS).await?;
        visitor.choose_password(link, "Boss", PASSWORD).await?;
        Ok(Self {
            platform,
            onboarding: house.caller(DEALER_ONBOARDING.email).await?,
            boss: house.caller(BOSS).await?,
        })
    }
}

/// What became of a step.
pub(crate) enum Carried {
    /// It was done, and this came into being by it.
    Out(Option<Uuid>),
    /// It was not: a subject is not there, or a service would not.
    Refused,
}

/// What to ask of a service, and who asks.
struct Request<'a> {
    who: &'a Api,
    method: Method,
    url: Url,
    body: Option<Value>,
}

/// Carries out the steps of one world.
#[derive(Clone)]
pub(crate) struct Hands<'a> {
    /// Where all of it happens.
    pub(super) house: &'a House,
    /// Where the services are; any place is as good.
    places: Vec<&'a Addresses>,
    staff: &'a Staff,
    /// Tells the users of one world from those of others.
    world: u64,
    /// The systems, by their locations.
    pub(crate) systems: BTreeMap<LocationId, SystemId>,
    /// Everything that was written.
    pub(crate) seen: Seen,
}

impl<'a> Hands<'a> {
    pub(crate) fn new(house: &'a House, staff: &'a Staff) -> Self {
        Self {
            house,
            places: vec![&house.addresses],
            staff,
            world: entropy::system().random(),
            systems: BTreeMap::new(),
            seen: Seen::default(),
        }
    }

    /// The same, also by these instances of the services.
    pub(super) fn and(mut self, twins: Option<&'a Twins>) -> Self {
        self.places.extend(twins.map(|twins| &twins.addresses));
        self
    }

    /// The services, or others that are as good.
    fn at(&self) -> &'a Addresses {
        self.places[entropy::system().random_range(0..self.places.len())]
    }

    /// The same, knowing as much, and hearing no more of one another.
    pub(crate) fn apart(&self) -> Self {
        let seen = Seen::default();
        seen.learn(&self.seen.writes());
        Self {
            seen,
            ..self.clone()
        }
    }

    /// The users of this world.
    pub(crate) async fn users(&self, count: u8) -> anyhow::Result<Vec<UserId>> {
        let mut users = Vec::new();
        for user in 0..count {
            let body = json!({ "email": self.email(user), "name": name(user), "roles": [] });
            let invitations = self.at().iam.join("/invitations")?;
            let invited = self.staff.platform.create(invitations, &body).await?;
            users.push(invited.text("id")?.parse()?);
        }
        Ok(users)
    }

    /// Does what a step says, if its subjects are there and nobody refuses.
    pub(crate) async fn carry_out(&mut self, cast: &Cast, step: &Step) -> anyhow::Result<Carried> {
        if let Step::Close { location } = step
            && let Some(id) = cast.location(*location)
        {
            self.uninstall(id).await?;
        }
        let Some(request) = self.request(cast, step).await? else {
            return Ok(Carried::Refused);
        };
        let Some(answer) = self.send(request).await? else {
            return Ok(Carried::Refused);
        };
        let id = match step {
            Step::Found(_) | Step::Open { .. } | Step::Hire { .. } | Step::Form { .. } => {
                Some(answer.text("id")?.parse::<Uuid>()?)
            }
            _ => None,
        };
        if let (Step::Open { .. }, Some(id)) = (step, id) {
            self.install(id.into()).await?;
        }
        Ok(Carried::Out(id))
    }

    /// Nothing, if a service refuses for a reason that it may have.
    async fn send(&self, request: Request<'_>) -> anyhow::Result<Option<Answer>> {
        let what = format!("{} {} {:?}", request.method, request.url, request.body);
        let who = request.who.clone().sharing(self.seen.clone());
        let answer = who.send(request.method, request.url, &[], request.body.as_ref());
        let answer = answer.await?;
        match answer.status {
            status if status.is_success() => Ok(Some(answer)),
            StatusCode::NOT_FOUND | StatusCode::CONFLICT => Ok(None),
            StatusCode::SERVICE_UNAVAILABLE => bail!(Unanswered(what)),
            status => bail!("{what} answered {status}: {}", answer.body),
        }
    }

    async fn install(&mut self, location: LocationId) -> anyhow::Result<()> {
        let request = Request {
            who: &self.staff.platform,
            method: Method::POST,
            url: self.at().security_system.join("/securitysystems")?,
            body: Some(json!({ "locationId": location })),
        };
        let installed = self
            .send(request)
            .await?
            .context("no system at a new location")?;
        self.systems
            .insert(location, installed.text("id")?.parse()?);
        Ok(())
    }

    async fn uninstall(&mut self, location: LocationId) -> anyhow::Result<()> {
        let Some(system) = self.systems.remove(&location) else {
            return Ok(());
        };
        let path = format!("/securitysystems/{system}");
        let request = Request {
            who: &self.staff.platform,
            method: Method::DELETE,
            url: self.at().security_system.join(&path)?,
            body: None,
        };
        self.send(request).await?.context("the system stays")?;
        Ok(())
    }

    /// Nothing, if a subject is not there.
    async fn request(&self, cast: &Cast, step: &Step) -> anyhow::Result<Option<Request<'a>>> {
        let Some((method, url, body)) = self.call(cast, step).await? else {
            return Ok(None);
        };
        let staff = self.staff;
        let who = match step {
            Step::Found(Employer::Dealer(_)) | Step::Dissolve(Employer::Dealer(_)) => {
                &staff.onboarding
            }
            Step::Found(_) | Step::Dissolve(_) => &staff.platform,
            _ => &staff.boss,
        };
        Ok(Some(Request {
            who,
            method,
            url,
            body,
        }))
    }

    async fn call(&self, cast: &Cast, step: &Step) -> anyhow::Result<Option<Call>> {
        let (put, post, delete) = (Method::PUT, Method::POST, Method::DELETE);
        let at = Paths(self.at(), cast);
        let email = |user: &u8| self.email(*user);
        Ok(match step {
            Step::Found(employer) if cast.organization(*employer).is_none() => {
                let boss = json!({ "email": BOSS, "name": "Boss" });
                let body = json!({ "name": "An organization", "administrator": boss });
                Some((post, at.organizations(*employer)?, Some(body)))
            }
            Step::Found(_) => None,
            Step::Dissolve(employer) => at
                .organization(*employer, "")?
                .map(|url| (delete, url, None)),
            Step::Open { location, .. } if cast.location(*location).is_some() => None,
            Step::Open { customer, .. } => at
                .organization(Employer::Customer(*customer), "/locations")?
                .map(|url| (post, url, Some(json!({ "name": "A location" })))),
            Step::Close { location } => at.location(*location, "")?.map(|url| (delete, url, None)),
            Step::Appoint { location, dealer } => cast
                .dealer(*dealer)
                .zip(at.location(*location, "/dealer")?)
                .map(|(id, url)| (put, url, Some(json!({ "dealerId": id })))),
            Step::Dismiss { location } => at
                .location(*location, "/dealer")?
                .map(|url| (delete, url, None)),
            Step::Engage { dealer, provider } => cast
                .provider(*provider)
                .zip(at.organization(Employer::Dealer(*dealer), "/monitoring-provider")?)
                .map(|(id, url)| (put, url, Some(json!({ "monitoringProviderId": id })))),
            Step::Disengage { dealer } => at
                .organization(Employer::Dealer(*dealer), "/monitoring-provider")?
                .map(|url| (delete, url, None)),
            Step::Hire {
                employer,
                user,
                roles,
                hours,
            } => {
                let schedule = hours.as_ref().map(worlds::Hours::json);
                let body = json!({ "email": email(user), "name": name(*user), "roles": roles, "schedule": schedule });
                at.organization(*employer, "/employees")?
                    .map(|url| (post, url, Some(body)))
            }
            Step::GrantAt { .. } => self.grant_at(at, step).await?,
            _ => at.grant(step)?,
        })
    }

    /// Location roles are replaced all at once, so those at other locations are read first.
    async fn grant_at(&self, at: Paths<'_>, step: &Step) -> anyhow::Result<Option<Call>> {
        let Step::GrantAt {
            user,
            location,
            roles,
        } = step
        else {
            return Ok(None);
        };
        let Paths(_, cast) = at;
        let Some((owner, id)) = cast.owner(*location).zip(cast.location(*location)) else {
            return Ok(None);
        };
        let Some(employee) = at.employee(owner, *user, "")? else {
            return Ok(None);
        };
        let mut held = self.staff.boss.get(employee).await?.body["locationRoles"].take();
        let all = held.as_object_mut().context("no location roles")?;
        all.remove(&id.to_string());
        if !roles.is_empty() {
            all.insert(id.to_string(), json!(roles));
        }
        let url = at.employee(owner, *user, "/location-roles")?;
        let body = json!({ "locationRoles": held });
        Ok(url.map(|url| (Method::PUT, url, Some(body))))
    }

    fn email(&self, user: u8) -> String {
        format!("{:016x}.{user}@worlds.example", self.world)
    }
}

fn name(user: u8) -> String {
    format!("User {user}")
}
