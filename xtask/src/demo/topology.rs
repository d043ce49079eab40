//! Where everything listens.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, ensure};
use demo_world::preparation::Places;
use demo_world::services::{SERVICES, Service, service};
use url::Url;

const POSTGRES: u16 = 10;
const NATS: u16 = 11;

/// No port is further from the base.
const LAST: u16 = 21;

/// The ports of one demo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    base: u16,
}

impl Ports {
    /// All ports, counted from a base.
    pub(crate) fn from(base: u16) -> anyhow::Result<Self> {
        ensure!(base.checked_add(LAST).is_some(), "--port-base is too high");
        Ok(Self { base })
    }

    /// What Compose calls the demo: by the first of the ports, which no two demos on a machine have in common.
    pub(crate) fn project(self) -> String {
        format!("realguardio-{}", self.base)
    }

    /// Fails when somebody else listens on one of them.
    pub(crate) fn ensure_free(self) -> anyhow::Result<()> {
        let services = SERVICES.iter().flat_map(|service| {
            let operations = service.operations_port.map(|port| self.base + port);
            [self.of(service)].into_iter().chain(operations)
        });
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
        self.base + service.port
    }

    /// The address under which people and browsers reach a service.
    pub(crate) fn public(self, name: &str) -> anyhow::Result<Url> {
        self.address("localhost", name)
    }

    /// The address under which services reach one another: no name to look up.
    pub(crate) fn internal(self, name: &str) -> anyhow::Result<Url> {
        self.address("127.0.0.1", name)
    }

    /// The address under which a service's health, metrics and OpenAPI document are.
    pub(crate) fn operations(self, service: &Service) -> anyhow::Result<Url> {
        let port = self.base + service.operations_port.unwrap_or(service.port);
        Ok(format!("http://127.0.0.1:{port}").parse()?)
    }

    /// Where the parts reach one another.
    pub(crate) fn places(self) -> anyhow::Result<Places> {
        Ok(Places {
            postgres: format!("127.0.0.1:{}", self.postgres()),
            nats: format!("127.0.0.1:{}", self.nats()),
            browsers: self.public("bff")?,
            back_channel: self.internal("bff")?,
        })
    }

    fn address(self, host: &str, name: &str) -> anyhow::Result<Url> {
        let service = service(name).with_context(|| format!("no service {name}"))?;
        Ok(format!("http://{host}:{}", self.of(service)).parse()?)
    }
}
