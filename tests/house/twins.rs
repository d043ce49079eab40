//! A second instance of every service.

use std::{collections::BTreeMap, net::SocketAddr};

use chassis::clock::Clocks;
use demo_world::Addresses;
use testkit::clock::TestClock;
use url::Url;

use super::{House, Leeway, Service, Sites, blueprint, service};

/// A second instance of every service of a house, on the same databases and the same broker. They call
/// one another, and share nothing else with the first ones.
pub struct Twins {
    /// Where they are.
    pub addresses: Addresses,
    /// Where the BFF is; browsers know it by the origin of the first.
    pub bff: Url,
    /// What they are told in place of what the first ones are told.
    others: BTreeMap<String, String>,
    _sites: Sites,
}

impl Twins {
    pub(super) async fn start(house: &House) -> anyhow::Result<Self> {
        let mut sites = Sites::find(&house.clocks).await?;
        let others = others(house, &sites);
        for service in sites.each() {
            let arguments = house.blueprint.arguments_of(service.name());
            blueprint::run(service, &replaced(arguments, &others))?;
        }
        for service in sites.all() {
            service.is_ready(&house.client).await?;
        }
        Ok(Self {
            addresses: sites.addresses(sites.iam.url()?)?,
            bff: sites.bff.url()?,
            others,
            _sites: sites,
        })
    }

    /// As [`House::another_security_system_service`], with these to ask.
    pub fn another_security_system_service(
        &self,
        house: &House,
        leeway: Leeway,
        decisions: &TestClock,
        authz: &Service,
    ) -> anyhow::Result<security_system_service::Service> {
        let arguments = house.blueprint.security_system(leeway, authz.address());
        let config = service::parse(&replaced(arguments, &self.others))?;
        let clocks = Clocks {
            decisions: std::sync::Arc::new(decisions.clone()),
            tokens: house.clocks.tokens.clone(),
        };
        security_system_service::Service::new(&config, &clocks)
    }
}

fn replaced(told: Vec<String>, others: &BTreeMap<String, String>) -> Vec<String> {
    let told = told.into_iter();
    told.map(|told| others.get(&told).cloned().unwrap_or(told))
        .collect()
}

/// What a second instance is told in place of what the first is told.
fn others(house: &House, sites: &Sites) -> BTreeMap<String, String> {
    let address = |address: SocketAddr| format!("http://{address}");
    let places = house.sites.all().into_iter().zip(sites.all());
    let mut others: BTreeMap<_, _> = places
        .map(|(one, other)| (address(one.address()), address(other.address())))
        .collect();
    for (network, other) in [
        (house.to_customers(), &sites.customer),
        (house.to_authz(), &sites.authz),
    ] {
        others.insert(address(network.address()), address(other.address()));
    }
    let watched = house.sites.all().into_iter().zip(sites.all());
    others.extend(watched.map(|sites| {
        let [one, other] = <[_; 2]>::from(sites).map(|site| site.operations().to_string());
        (one, other)
    }));
    others
}
