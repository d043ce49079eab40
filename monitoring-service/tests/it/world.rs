//! A service of its own for each test, and people to use it.

use std::ops::Deref;

use monitoring_service::Config;
use organization::service;
use testkit::organizations::{self, Service};
use url::Url;

pub(crate) use testkit::organizations::Organization as Provider;

pub(crate) const ADMINISTRATOR: &str = "MONITORING_PROVIDER_EMPLOYEE_ADMINISTRATOR";

const PROVIDERS: Service = Service {
    name: "monitoring-service",
    path: "/monitoring-providers",
    parameter: "monitoringProviderId",
    aggregate: "monitoring-provider",
    kind: "provider",
    founder: "REALGUARDIO_ADMINISTRATOR",
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
        Self::beside(&nowhere(), &nowhere()).await
    }

    /// With customer-service and dealer-service at these addresses.
    pub(crate) async fn beside(customer_service: &Url, dealer_service: &Url) -> Self {
        let router = |world: &organizations::World| {
            let config = config(world, customer_service, dealer_service);
            let api = monitoring_service::api(&config, &world.clocks(), world.pool().clone())?;
            Ok(monitoring_service::router(
                api,
                &config.organization.settings,
            ))
        };
        Self(organizations::World::start(PROVIDERS, monitoring_service::migrate, router).await)
    }

    /// A provider with its first administrator.
    pub(crate) async fn provider(&self, name: &str) -> Provider {
        self.organization(name).await
    }
}

/// An address at which nobody listens.
pub(crate) fn nowhere() -> Url {
    "http://127.0.0.1:9".parse().unwrap()
}

pub(crate) fn config(
    world: &organizations::World,
    customer_service: &Url,
    dealer_service: &Url,
) -> Config {
    Config {
        organization: service::Config {
            settings: world.settings(),
            database: world.database(),
            broker: world.broker(),
            credentials: world.credentials(),
            iam_service_url: world.iam_service_url(),
        },
        customer_service_url: customer_service.clone(),
        dealer_service_url: dealer_service.clone(),
    }
}
