//! Where the services are.

use anyhow::Context as _;
use chassis::clock::Clocks;
use demo_world::Addresses;
use url::Url;

use super::Service;

/// A place for each service.
pub struct Sites {
    /// iam-service.
    pub iam: Service,
    /// customer-service.
    pub customer: Service,
    /// dealer-service.
    pub dealer: Service,
    /// monitoring-service.
    pub monitoring: Service,
    /// security-system-service.
    pub security_system: Service,
    /// authz-service.
    pub authz: Service,
    /// The BFF.
    pub bff: Service,
}

impl Sites {
    /// Places for services that go by these clocks; callers wait there until they run.
    pub(super) async fn find(clocks: &Clocks) -> anyhow::Result<Self> {
        let bind = |name| Service::bind(name, clocks);
        Ok(Self {
            iam: bind("iam-service").await?,
            customer: bind("customer-service").await?,
            dealer: bind("dealer-service").await?,
            monitoring: bind("monitoring-service").await?,
            security_system: bind("security-system-service").await?,
            authz: bind("authz-service").await?,
            bff: bind("bff").await?,
        })
    }

    /// All of them.
    pub const fn all(&self) -> [&Service; 7] {
        [
            &self.iam,
            &self.customer,
            &self.dealer,
            &self.monitoring,
            &self.security_system,
            &self.authz,
            &self.bff,
        ]
    }

    /// All of them, to start and to stop.
    pub const fn each(&mut self) -> [&mut Service; 7] {
        [
            &mut self.iam,
            &mut self.customer,
            &mut self.dealer,
            &mut self.monitoring,
            &mut self.security_system,
            &mut self.authz,
            &mut self.bff,
        ]
    }

    /// Each by itself.
    pub(super) fn into_all(self) -> [Service; 7] {
        [
            self.iam,
            self.customer,
            self.security_system,
            self.dealer,
            self.monitoring,
            self.authz,
            self.bff,
        ]
    }

    /// The one of this name.
    pub fn named(&mut self, name: &str) -> anyhow::Result<&mut Service> {
        let mut all = self.each().into_iter();
        all.find(|service| service.name() == name)
            .with_context(|| format!("no service {name}"))
    }

    /// Where their own APIs are, of a house with this issuer.
    pub(super) fn addresses(&self, issuer: Url) -> anyhow::Result<Addresses> {
        Ok(Addresses {
            iam: issuer,
            customer: self.customer.url()?,
            dealer: self.dealer.url()?,
            monitoring: self.monitoring.url()?,
            security_system: self.security_system.url()?,
        })
    }
}
