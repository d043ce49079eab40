//! A service of its own for each test, and people to use it.

use std::ops::Deref;

use customer_service::Config;
use serde_json::json;
use testkit::organizations::{self, Organization, Service};

pub(crate) use testkit::organizations::Organization as Customer;

const CUSTOMERS: Service = Service {
    name: "customer-service",
    path: "/customers",
    parameter: "customerId",
    aggregate: "customer",
    kind: "customer",
    founder: "REALGUARDIO_ADMINISTRATOR",
    administrator: "CUSTOMER_EMPLOYEE_ADMINISTRATOR",
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
            let api = customer_service::api(&config, &world.clocks(), world.pool().clone())?;
            Ok(customer_service::router(api, &config.settings))
        };
        Self(organizations::World::start(CUSTOMERS, customer_service::migrate, router).await)
    }

    /// A customer with its first administrator.
    pub(crate) async fn customer(&self, name: &str) -> Customer {
        self.organization(name).await
    }

    pub(crate) async fn location(&self, customer: &Organization, name: &str) -> String {
        self.create(customer, "locations", json!({ "name": name }))
            .await
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
