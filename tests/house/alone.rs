//! Each service by itself, believing the tokens of a mint.

use std::sync::Arc;

use chassis::{client::http_client, clock::Clocks};
use futures::future::try_join_all;
use serde_json::Value;
use testkit::{clock::TestClock, mint::Mint};
use url::Url;

use super::{Blueprint, MONDAY_MORNING, Service, sites::Sites};

/// A service without the others.
pub struct Alone {
    /// Its name.
    pub name: &'static str,
    /// Where it is.
    pub url: Url,
    /// What it offers, as it says itself.
    pub document: Value,
    _service: Service,
    _blueprint: Arc<Blueprint>,
}

impl Alone {
    /// Every service. iam-service issues nothing here that anybody believes: the mint is the issuer.
    pub async fn all(mint: &Mint) -> anyhow::Result<Vec<Self>> {
        let clock = Arc::new(TestClock::at(MONDAY_MORNING)?);
        let clocks = Clocks {
            decisions: clock.clone(),
            tokens: clock,
        };
        let mut sites = Sites::find(&clocks).await?;
        let mut blueprint = Blueprint::draw(&sites, None, None).await?;
        mint.iss().clone_into(&mut blueprint.issuer);
        for service in sites.each() {
            blueprint.run(service)?;
        }
        let blueprint = Arc::new(blueprint);
        let client = http_client()?;
        let alone = async |service: Service| {
            let document = service.watched(&client).await?.join("/openapi.json")?;
            anyhow::Ok(Self {
                name: service.name(),
                url: service.url()?,
                document: client.get(document).send().await?.json().await?,
                _service: service,
                _blueprint: blueprint.clone(),
            })
        };
        try_join_all(sites.into_all().into_iter().map(alone)).await
    }
}
