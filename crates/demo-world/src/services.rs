//! The services of the demo: where they listen, who hears whom, and who may ask whom for what.

/// A service. It may do what it is listed with, and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Its name, which is also its program's, its database's, its OAuth client's if it has one, its audience, and
    /// its user's at the broker.
    pub name: &'static str,
    /// Its port, counted from the demo's first one.
    pub port: u16,
    /// The port of its health, metrics and OpenAPI document, where that is another one: browsers reach none of them.
    pub operations_port: Option<u16>,
    /// Whether it publishes a stream of its own name.
    pub publishes: bool,
    /// The streams that it reads.
    pub reads: &'static [&'static str],
    /// The streams of which it hears only that something has changed, and whom that concerns.
    pub hears: &'static [&'static str],
    /// Whether people's tokens are good for it.
    pub serves_people: bool,
    /// Which scopes it has at which services.
    pub scopes: &'static [(&'static str, &'static [&'static str])],
}

impl Service {
    /// The environment variable that tells something about it, such as its `PORT` or its `URL`.
    #[must_use]
    pub fn variable(&self, what: &str) -> String {
        let name = self.name.to_uppercase().replace('-', "_");
        format!("{name}_{what}")
    }

    /// Whether it has an OAuth client: the bff, which signs people in, and whoever may ask another service.
    #[must_use]
    pub fn is_client(&self) -> bool {
        self.name == "bff" || !self.scopes.is_empty()
    }
}

/// Those who tell who works for whom.
const ORGANIZATIONS: &[&str] = &["customer-service", "dealer-service", "monitoring-service"];

/// Those who own facts: those who tell who works for whom, and who tells where systems are.
pub const OWNERS: &[&str] = &[
    "customer-service",
    "dealer-service",
    "monitoring-service",
    "security-system-service",
];

/// What authz-service believes whom: where systems are, whoever owns them knows first.
pub const SUPPLIES: &str = "security-system-service=System.location";

/// Who decides, unless somebody says otherwise: on what changes a system whoever knows all facts, on what is shown of it
/// security-system-service by itself.
pub const STRATEGY: &str = "view=replicate,arm=delegate,disarm=delegate,acknowledge=delegate";

/// The services, each before those that call it while they start.
pub const SERVICES: &[Service] = &[
    Service {
        name: "iam-service",
        port: 1,
        operations_port: Some(21),
        publishes: true,
        reads: ORGANIZATIONS,
        hears: &[],
        serves_people: true,
        // For the facts that it puts into tokens.
        scopes: &[
            ("customer-service", &["facts:read"]),
            ("dealer-service", &["facts:read"]),
            ("monitoring-service", &["facts:read"]),
        ],
    },
    Service {
        name: "customer-service",
        port: 2,
        operations_port: None,
        publishes: true,
        reads: &[],
        hears: &[],
        serves_people: true,
        scopes: &[("iam-service", &["users:write"])],
    },
    Service {
        name: "dealer-service",
        port: 4,
        operations_port: None,
        publishes: true,
        reads: &[],
        hears: &[],
        serves_people: true,
        scopes: &[
            ("iam-service", &["users:write"]),
            ("customer-service", &["facts:read"]),
        ],
    },
    Service {
        name: "monitoring-service",
        port: 5,
        operations_port: None,
        publishes: true,
        reads: &[],
        hears: &[],
        serves_people: true,
        scopes: &[
            ("iam-service", &["users:write"]),
            ("customer-service", &["facts:read"]),
            ("dealer-service", &["facts:read"]),
        ],
    },
    Service {
        name: "authz-service",
        port: 6,
        operations_port: None,
        publishes: false,
        reads: OWNERS,
        hears: &[],
        serves_people: false,
        scopes: &[],
    },
    Service {
        name: "security-system-service",
        port: 3,
        operations_port: None,
        publishes: true,
        reads: ORGANIZATIONS,
        hears: &[],
        serves_people: true,
        scopes: &[
            ("customer-service", &["facts:read", "locations:reserve"]),
            ("dealer-service", &["facts:read"]),
            ("monitoring-service", &["facts:read"]),
            ("authz-service", &["decisions:ask"]),
        ],
    },
    Service {
        name: "bff",
        port: 0,
        operations_port: Some(20),
        publishes: false,
        // What it shows it reads as whoever it shows it to.
        reads: &[],
        hears: OWNERS,
        serves_people: false,
        scopes: &[],
    },
];

/// The service of this name.
#[must_use]
pub fn service(name: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.name == name)
}
