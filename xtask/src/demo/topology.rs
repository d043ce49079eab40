//! Which services there are, where they listen, and who hears whom.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, ensure};
use url::Url;

/// One service of the demo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service {
    /// Its name, which is also its binary's, its audience and its NATS user.
    pub(crate) name: &'static str,
    /// Its port, counted from the base.
    offset: u16,
    /// Whether it publishes a stream of its own name.
    pub(crate) publishes: bool,
    /// The streams that it reads.
    pub(crate) reads: &'static [&'static str],
}

/// The services, each before those that call it while they start.
pub(crate) const SERVICES: &[Service] = &[
    Service {
        name: "iam-service",
        offset: 1,
        publishes: true,
        reads: &["customer-service"],
    },
    Service {
        name: "customer-service",
        offset: 2,
        publishes: true,
        reads: &[],
    },
    Service {
        name: "security-system-service",
        offset: 3,
        publishes: true,
        reads: &[],
    },
    Service {
        name: "bff",
        offset: 0,
        publishes: false,
        reads: &["iam-service", "customer-service", "security-system-service"],
    },
];

const POSTGRES: u16 = 10;
const NATS: u16 = 11;

/// The ports of one demo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    base: u16,
}

impl Ports {
    /// All ports, counted from a base.
    pub(crate) fn from(base: u16) -> anyhow::Result<Self> {
        ensure!(base.checked_add(NATS).is_some(), "--port-base is too high");
        Ok(Self { base })
    }

    /// Fails when somebody else listens on one of them.
    pub(crate) fn ensure_free(self) -> anyhow::Result<()> {
        let services = SERVICES.iter().map(|service| self.of(service));
        for port in services.chain([self.postgres(), self.nats()]) {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
                format!("port {port} is in use; --port-base moves all ports of the demo")
            })?;
        }
        Ok(())
    }

    /// Postgres'.
    pub(crate) const fn postgres(self) -> u16 {
        self.base + POSTGRES
    }

    /// The broker's.
    pub(crate) const fn nats(self) -> u16 {
        self.base + NATS
    }

    /// A service's.
    pub(crate) const fn of(self, service: &Service) -> u16 {
        self.base + service.offset
    }

    /// The address under which people and browsers reach a service.
    pub(crate) fn public(self, name: &str) -> anyhow::Result<Url> {
        self.address("localhost", name)
    }

    /// The address under which services reach one another: no name to look up.
    pub(crate) fn internal(self, name: &str) -> anyhow::Result<Url> {
        self.address("127.0.0.1", name)
    }

    fn address(self, host: &str, name: &str) -> anyhow::Result<Url> {
        let service = SERVICES.iter().find(|service| service.name == name);
        let port = service.map_or(self.base, |service| self.of(service));
        Ok(format!("http://{host}:{port}").parse()?)
    }
}
