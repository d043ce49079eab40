//! Customers, dealers and monitoring providers, with their people.

use std::collections::BTreeMap;

use access::SystemRole;
use serde_json::{Value, json};
use url::Url;

use super::{Seeding, named};
use crate::{
    api::{Answer, Api},
    cast::{Customer, Dealer, Employee, Location, Organization, Person, Team},
};

/// An organization that is there now.
struct Founded {
    id: String,
    /// Its address, ending in a slash.
    base: Url,
    /// Its administrator, signed in.
    api: Api,
}

impl Seeding {
    pub(super) async fn provider(
        &mut self,
        founder: &Api,
        provider: &Organization,
    ) -> anyhow::Result<()> {
        let all = self.addresses.monitoring.join("/monitoring-providers")?;
        let Founded { id, base, api } = self.found(founder, &all, provider).await?;
        let ids = &mut self.world.ids.providers;
        ids.insert(provider.name.to_owned(), id);
        self.employees(&api, &base, provider).await?;
        self.teams(&api, &base, provider).await
    }

    pub(super) async fn dealer(&mut self, founder: &Api, dealer: &Dealer) -> anyhow::Result<()> {
        let all = self.addresses.dealer.join("/dealers")?;
        let organization = &dealer.organization;
        let Founded { id, base, api } = self.found(founder, &all, organization).await?;
        let ids = &mut self.world.ids.dealers;
        ids.insert(organization.name.to_owned(), id);
        if let Some(provider) = dealer.provider {
            let provider = named(&self.world.ids.providers, provider)?;
            let body = json!({ "monitoringProviderId": provider });
            api.put(base.join("monitoring-provider")?, None, &body)
                .await?;
        }
        self.employees(&api, &base, organization).await
    }

    pub(super) async fn teams_of_dealer(&mut self, dealer: &Dealer) -> anyhow::Result<()> {
        let organization = &dealer.organization;
        let api = self.sign_in(&organization.administrator).await?;
        let id = named(&self.world.ids.dealers, organization.name)?;
        let base = self.addresses.dealer.join(&format!("/dealers/{id}/"))?;
        self.teams(&api, &base, organization).await
    }

    pub(super) async fn customer(
        &mut self,
        founder: &Api,
        customer: &Customer,
    ) -> anyhow::Result<()> {
        let all = self.addresses.customer.join("/customers")?;
        let organization = &customer.organization;
        let Founded { id, base, api } = self.found(founder, &all, organization).await?;
        let ids = &mut self.world.ids.customers;
        ids.insert(organization.name.to_owned(), id);
        for location in customer.locations {
            self.location(&api, &base, location).await?;
        }
        self.employees(&api, &base, organization).await?;
        self.teams(&api, &base, organization).await
    }

    async fn found(
        &mut self,
        founder: &Api,
        all: &Url,
        organization: &Organization,
    ) -> anyhow::Result<Founded> {
        let person = &organization.administrator;
        let body = json!({
            "name": organization.name,
            "administrator": { "email": person.email, "name": person.name },
        });
        let created = founder.create(all.clone(), &body).await?;
        let id = created.text("id")?;
        let employment = Answer {
            body: created.body["administrator"].clone(),
            ..created
        };
        self.employed(person, &employment).await?;
        Ok(Founded {
            base: format!("{all}/{id}/").parse()?,
            id,
            api: self.sign_in(person).await?,
        })
    }

    async fn location(&mut self, api: &Api, base: &Url, location: &Location) -> anyhow::Result<()> {
        let body = json!({ "name": location.name });
        let created = api.create(base.join("locations")?, &body).await?;
        let id = created.text("id")?;
        if let Some(dealer) = location.dealer {
            let url = base.join(&format!("locations/{id}/dealer"))?;
            let dealer = named(&self.world.ids.dealers, dealer)?;
            api.put(url, None, &json!({ "dealerId": dealer })).await?;
        }
        let ids = &mut self.world.ids.locations;
        ids.insert(location.name.to_owned(), id);
        Ok(())
    }

    async fn employees(
        &mut self,
        api: &Api,
        base: &Url,
        organization: &Organization,
    ) -> anyhow::Result<()> {
        for employee in organization.employees {
            self.employee(api, base, employee).await?;
        }
        Ok(())
    }

    async fn employee(&mut self, api: &Api, base: &Url, employee: &Employee) -> anyhow::Result<()> {
        let schedule: Value = employee
            .schedule
            .map_or(Ok(Value::Null), serde_json::from_str)?;
        let person = &employee.person;
        let body = json!({ "email": person.email, "name": person.name, "roles": employee.roles, "schedule": schedule });
        let hired = api.create(base.join("employees")?, &body).await?;
        if !employee.location_roles.is_empty() {
            let url = base.join(&format!("employees/{}/location-roles", hired.text("id")?))?;
            let body = json!({ "locationRoles": self.at_locations(employee.location_roles)? });
            api.put(url, hired.header("etag"), &body).await?;
        }
        self.employed(person, &hired).await
    }

    async fn teams(
        &mut self,
        api: &Api,
        base: &Url,
        organization: &Organization,
    ) -> anyhow::Result<()> {
        for team in organization.teams {
            self.team(api, base, team).await?;
        }
        Ok(())
    }

    async fn team(&mut self, api: &Api, base: &Url, team: &Team) -> anyhow::Result<()> {
        let created = api
            .create(base.join("teams")?, &json!({ "name": team.name }))
            .await?;
        let id = created.text("id")?;
        for email in team.members {
            let employee = named(&self.world.ids.employees, email)?;
            let url = base.join(&format!("teams/{id}/members/{employee}"))?;
            api.put(url, None, &json!({})).await?;
        }
        for (location, roles) in self.at_locations(team.roles)? {
            let url = base.join(&format!("teams/{id}/roles/{location}"))?;
            api.put(url, None, &json!({ "roles": roles })).await?;
        }
        self.world.ids.teams.insert(team.name.to_owned(), id);
        Ok(())
    }

    fn at_locations(
        &self,
        roles: &[(&str, &'static [SystemRole])],
    ) -> anyhow::Result<BTreeMap<String, &'static [SystemRole]>> {
        let locations = &self.world.ids.locations;
        roles
            .iter()
            .map(|(name, roles)| Ok((named(locations, name)?, *roles)))
            .collect()
    }

    async fn employed(&mut self, person: &Person, employment: &Answer) -> anyhow::Result<()> {
        let id = employment.text("id")?;
        self.world.ids.employees.insert(person.email.to_owned(), id);
        self.activate(person, employment.text("userId")?).await
    }
}
