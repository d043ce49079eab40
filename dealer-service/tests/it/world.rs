//! A service of its own for each test, and people to use it.

use std::ops::Deref;

use dealer_service::Config;
use organization::service;
use testkit::organizations::{self, Service};
use url::Url;

pub(crate) use testkit::organizations::Organization as Dealer;

pub(crate) const ADMINISTRATOR: &str = "SECURITY_SYSTEM_DEALER_EMPLOYEE_ADMINISTRATOR";

const DEALERS: Service = Service {
    name: "dealer-service",
    path: "/dealers",
    parameter: "dealerId",
    aggregate: "dealer",
    kind: "dealer",
    founder: "REALGUARDIO_DEALER_ADMINISTRATOR",
    administrator: ADMINISTRATOR,
};

pub(crate) struct World(organizations::World);

impl Deref for World {
    type Target = organizations::World;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::beside(&nowhere()).await
    }

    /// With customer-service at this address.
    pub(crate) async fn beside(customer_service: &Url) -> Self {
        let router = |world: &organizations::World| {
            let config = config(world, customer_service);
            let api = dealer_service::api(&config, &world.clocks(), world.pool().clone())?;
            Ok(dealer_service::router(api, &config.organization.settings))
        };
        Self(organizations::World::start(DEALERS, dealer_service::migrate, router).await)
    }

    /// A dealer with its first administrator.
    pub(crate) async fn dealer(&self, name: &str) -> Dealer {
        self.organization(name).await
    }
}

/// An address at which nobody listens.
pub(crate) fn nowhere() -> Url {
    "http://127.0.0.1:9".parse().unwrap()
}

pub(crate) fn config(world: &organizations::World, customer_service: &Url) -> Config {
    Config {
        organization: service::Config {
            settings: world.settings(),
            database: world.database(),
            broker: world.broker(),
            credentials: world.credentials(),
            iam_service_url: world.iam_service_url(),
        },
        customer_service_url: customer_service.clone(),
    }
}
