//! Where the services are.

use chassis::clock::Clocks;

use super::Service;

/// A place for each service.
pub(super) struct Sites {
    pub(super) iam: Service,
    pub(super) customer: Service,
    pub(super) dealer: Service,
    pub(super) monitoring: Service,
    pub(super) security_system: Service,
    pub(super) bff: Service,
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
            bff: bind("bff").await?,
        })
    }

    /// All of them.
    pub(super) const fn all(&self) -> [&Service; 6] {
        [
            &self.iam,
            &self.customer,
            &self.dealer,
            &self.monitoring,
            &self.security_system,
            &self.bff,
        ]
    }

    /// Each by itself.
    pub(super) fn into_all(self) -> [Service; 6] {
        [
            self.iam,
            self.customer,
            self.security_system,
            self.dealer,
            self.monitoring,
            self.bff,
        ]
    }
}
