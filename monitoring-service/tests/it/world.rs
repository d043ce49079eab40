//! A service of its own for each test, and people to use it.

use std::ops::Deref;

use monitoring_service::Config;
use testkit::organizations::{self, Service};

pub(crate) use testkit::organizations::Organization as Provider;

pub(crate) const ADMINISTRATOR: &str = "MONITORING_PROVIDER_EMPLOYEE_ADMINISTRATOR";

const PROVIDERS: Service = Service {
    name: "monitoring-service",
    path: "/monitoring-providers",
    founder: "REALGUARDIO_ADMINISTRATOR",
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
        let router = |world: &organizations::World| {
            let config = config(world);
            let api = monitoring_service::api(&config, &world.clocks(), world.pool().clone())?;
            Ok(monitoring_service::router(api, &config.settings))
        };
        Self(organizations::World::start(PROVIDERS, monitoring_service::migrate_pool, router).await)
    }

    /// A provider with its first administrator.
    pub(crate) async fn provider(&self, name: &str) -> Provider {
        self.organization(name).await
    }
}

pub(crate) fn config(world: &organizations::World) -> Config {
    Config {
        settings: world.settings(),
        database: world.database(),
        broker: world.broker(),
        credentials: world.credentials(),
        iam_service_url: world.iam_service_url(),
    }
}
