//! A service of its own for each test, and people to use it.

use std::ops::Deref;

use dealer_service::Config;
use testkit::organizations::{self, Service};

pub(crate) use testkit::organizations::Organization as Dealer;

pub(crate) const ADMINISTRATOR: &str = "SECURITY_SYSTEM_DEALER_EMPLOYEE_ADMINISTRATOR";

const DEALERS: Service = Service {
    name: "dealer-service",
    path: "/dealers",
    founder: "REALGUARDIO_DEALER_ADMINISTRATOR",
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
            let api = dealer_service::api(&config, &world.clocks(), world.pool().clone())?;
            Ok(dealer_service::router(api, &config.settings))
        };
        Self(organizations::World::start(DEALERS, dealer_service::migrate_pool, router).await)
    }

    /// A dealer with its first administrator.
    pub(crate) async fn dealer(&self, name: &str) -> Dealer {
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
