//! Who sits at which desk.

use anyhow::Context as _;
use demo_world::{api::Api, cast::PLATFORM_ADMINISTRATOR, visitor::Visitor};
use url::Url;

use super::clerk::{Clerk, token};
use super::desk::Desk;
use super::journal::{Kind, Thing};
use crate::house::{House, PASSWORD};
use crate::voice::Voice;

const TECHNICIAN: &str = "technician@keystone.example";

/// The house, before work begins.
pub(super) struct Opening<'a>(pub(super) &'a House);

impl Opening<'_> {
    /// All desks, each with somebody at it.
    pub(super) async fn desks(&self) -> anyhow::Result<Vec<(Clerk, Desk)>> {
        let Self(house) = self;
        let (ids, at) = (&house.world.ids, &house.addresses);
        let base = |service: &Url, path: String| service.join(&path);
        let customer = format!("/customers/{}/", ids.customers["Blue Harbor Offices"]);
        let customer = base(&at.customer, customer)?;
        let dealer = format!("/dealers/{}/", ids.dealers["Keystone Security"]);
        let dealer = base(&at.dealer, dealer)?;
        let provider = &ids.providers["Watchtower Monitoring"];
        let provider = format!("/monitoring-providers/{provider}/");
        let provider = base(&at.monitoring, provider)?;
        let (blue_harbor, keystone, watchtower) = (
            "admin@blue-harbor.example",
            "admin@keystone.example",
            "admin@watchtower.example",
        );
        Ok(vec![
            self.users().await?,
            self.organization(
                "customer-service",
                &customer,
                blue_harbor,
                "viewer@blue-harbor.example",
            )
            .await?,
            self.organization(
                "dealer-service",
                &dealer,
                keystone,
                "installer@keystone.example",
            )
            .await?,
            self.organization(
                "monitoring-service",
                &provider,
                watchtower,
                "operator@watchtower.example",
            )
            .await?,
            self.locations(customer, blue_harbor).await?,
            self.system().await?,
            self.browser().await?,
        ])
    }

    /// Somebody who calls the services.
    pub(super) async fn clerk(&self, email: &str) -> anyhow::Result<Clerk> {
        let Self(house) = self;
        let token = token(&house.client, &house.addresses.iam, email).await?;
        let api = Api::new(house.client.clone(), token).sharing(house.world.seen.clone());
        Ok(self.speaking(Voice::with_token(email, api)))
    }

    fn speaking(&self, voice: Voice) -> Clerk {
        let Self(house) = self;
        Clerk::new(house.client.clone(), house.addresses.iam.clone(), voice)
    }

    async fn users(&self) -> anyhow::Result<(Clerk, Desk)> {
        let iam = self.0.addresses.iam.clone();
        Ok((
            self.clerk(PLATFORM_ADMINISTRATOR.email).await?,
            Desk::Users { iam },
        ))
    }

    async fn organization(
        &self,
        name: &'static str,
        base: &Url,
        administrator: &str,
        person: &str,
    ) -> anyhow::Result<(Clerk, Desk)> {
        let mut clerk = self.clerk(administrator).await?;
        let employees = &self.0.world.ids.employees;
        let id = employees.get(person).context("nobody of this address")?;
        let url = base.join(&format!("employees/{id}"))?;
        let person = clerk.follow(Kind(name, "employment"), id, url).await?;
        let desk = Desk::Organization {
            name,
            base: base.clone(),
            person,
            location: self.0.world.ids.locations["Harbor Tower"].clone(),
        };
        Ok((clerk, desk))
    }

    async fn locations(&self, base: Url, administrator: &str) -> anyhow::Result<(Clerk, Desk)> {
        let desk = Desk::Locations {
            base,
            systems: self.0.addresses.security_system.join("/securitysystems")?,
            dealer: self.0.world.ids.dealers["Keystone Security"].clone(),
            installer: Box::new(self.clerk(PLATFORM_ADMINISTRATOR.email).await?),
        };
        Ok((self.clerk(administrator).await?, desk))
    }

    async fn system(&self) -> anyhow::Result<(Clerk, Desk)> {
        let mut clerk = self.clerk(TECHNICIAN).await?;
        let url = self.0.system("Harbor Tower")?;
        let system = self.watched(&mut clerk, "Harbor Tower", url).await?;
        Ok((clerk, Desk::System(system)))
    }

    /// Somebody at a browser, who calls the BFF.
    async fn browser(&self) -> anyhow::Result<(Clerk, Desk)> {
        let Self(house) = self;
        let mut visitor = Visitor::new(house.client.clone());
        let login = house.origin.join("/bff/login?returnTo=/")?;
        visitor.enter(login, TECHNICIAN, PASSWORD).await?;
        let seen = house.world.seen.clone();
        let mut clerk = self.speaking(Voice::at_a_browser(TECHNICIAN, visitor, seen));
        let direct = house.system("Harbor Warehouse")?;
        let url = house.origin.join(&format!("/api{}", direct.path()))?;
        let system = self.watched(&mut clerk, "Harbor Warehouse", url).await?;
        Ok((clerk, Desk::System(system)))
    }

    async fn watched(&self, clerk: &mut Clerk, location: &str, url: Url) -> anyhow::Result<Thing> {
        let id = &self.0.world.ids.systems[location];
        let kind = Kind("security-system-service", "security-system");
        clerk.follow(kind, id, url).await
    }
}
