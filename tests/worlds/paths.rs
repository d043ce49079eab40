//! Where the subjects of a step are, and what to send there.

use demo_world::Addresses;
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;
use worlds::{Cast, Employer, Step};

/// A method, an address and a body.
pub(super) type Call = (Method, Url, Option<Value>);

/// Where things are.
#[derive(Clone, Copy)]
pub(super) struct Paths<'a>(pub(super) &'a Addresses, pub(super) &'a Cast);

impl Paths<'_> {
    pub(super) fn organizations(self, employer: Employer) -> anyhow::Result<Url> {
        let Self(addresses, _) = self;
        Ok(match employer {
            Employer::Customer(_) => addresses.customer.join("/customers")?,
            Employer::Dealer(_) => addresses.dealer.join("/dealers")?,
            Employer::Provider(_) => addresses.monitoring.join("/monitoring-providers")?,
        })
    }

    pub(super) fn organization(
        self,
        employer: Employer,
        rest: &str,
    ) -> anyhow::Result<Option<Url>> {
        let Self(_, cast) = self;
        let Some(id) = cast.organization(employer) else {
            return Ok(None);
        };
        let all = self.organizations(employer)?;
        Ok(Some(all.join(&format!("{}/{id}{rest}", all.path()))?))
    }

    pub(super) fn location(self, location: u8, rest: &str) -> anyhow::Result<Option<Url>> {
        let Self(_, cast) = self;
        match cast.owner(location).zip(cast.location(location)) {
            Some((owner, id)) => self.organization(owner, &format!("/locations/{id}{rest}")),
            None => Ok(None),
        }
    }

    pub(super) fn employee(
        self,
        employer: Employer,
        user: u8,
        rest: &str,
    ) -> anyhow::Result<Option<Url>> {
        let Self(_, cast) = self;
        match cast.employee(employer, user) {
            Some(id) => self.organization(employer, &format!("/employees/{id}{rest}")),
            None => Ok(None),
        }
    }

    fn team(self, team: u8, rest: &str) -> anyhow::Result<Option<Url>> {
        let Self(_, cast) = self;
        match cast.employer_of(team).zip(cast.team(team)) {
            Some((employer, id)) => self.organization(employer, &format!("/teams/{id}{rest}")),
            None => Ok(None),
        }
    }

    /// The steps that change what somebody who is there may do.
    pub(super) fn grant(self, step: &Step) -> anyhow::Result<Option<Call>> {
        let Self(_, cast) = self;
        let (put, delete) = (Method::PUT, Method::DELETE);
        Ok(match step {
            Step::Leave { employer, user } => self
                .employee(*employer, *user, "")?
                .map(|url| (delete, url, None)),
            Step::Grant {
                employer,
                user,
                roles,
            } => self
                .employee(*employer, *user, "/roles")?
                .map(|url| (put, url, Some(json!({ "roles": roles })))),
            Step::Restrict {
                employer,
                user,
                hours,
            } => {
                let url = self.employee(*employer, *user, "/schedule")?;
                url.map(|url| match hours {
                    Some(hours) => (put, url, Some(hours.json())),
                    None => (delete, url, None),
                })
            }
            Step::Form { team, employer } if cast.team(*team).is_none() => self
                .organization(*employer, "/teams")?
                .map(|url| (Method::POST, url, Some(json!({ "name": "A team" })))),
            Step::Disband { team } => self.team(*team, "")?.map(|url| (delete, url, None)),
            Step::Join { team, user } | Step::Quit { team, user } => {
                let employer = cast.employer_of(*team);
                let member = employer.and_then(|employer| cast.employee(employer, *user));
                let url = match member {
                    Some(member) => self.team(*team, &format!("/members/{member}"))?,
                    None => None,
                };
                let method = if matches!(step, Step::Join { .. }) {
                    put
                } else {
                    delete
                };
                url.map(|url| (method, url, None))
            }
            Step::Entrust {
                team,
                location,
                roles,
            } => {
                let url = match cast.location(*location) {
                    Some(location) => self.team(*team, &format!("/roles/{location}"))?,
                    None => None,
                };
                url.map(|url| {
                    if roles.is_empty() {
                        (delete, url, None)
                    } else {
                        (put, url, Some(json!({ "roles": roles })))
                    }
                })
            }
            _ => None,
        })
    }
}
