//! dealer-service, which knows on whose behalf a provider watches.

use access::{DealerId, ProviderId};
use chassis::client::{ClientError, ServiceClient};
use freshness::at_least;
use outbox::ConsistencyToken;
use serde::Deserialize;
use serde_json::json;

/// A client of dealer-service.
#[derive(Debug)]
pub struct DealerService {
    client: ServiceClient,
}

#[derive(Deserialize)]
struct Dealer {
    id: DealerId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    dealers: Vec<Dealer>,
    next_page: Option<DealerId>,
}

impl DealerService {
    /// A client that calls dealer-service by this one.
    #[must_use]
    pub const fn new(client: ServiceClient) -> Self {
        Self { client }
    }

    /// All dealers that appointed the provider; at least as fresh as this.
    ///
    /// # Errors
    ///
    /// When dealer-service does not answer.
    pub async fn served_by(
        &self,
        provider: ProviderId,
        freshness: &ConsistencyToken,
    ) -> Result<Vec<DealerId>, ClientError> {
        let (mut served, mut after) = (Vec::new(), None);
        loop {
            let about = json!({ "providerIds": [provider], "after": after });
            let call = self.client.post("/facts/dealers-served").json(&about);
            let part: Part = at_least(freshness, call).send().await?.body;
            served.extend(part.dealers.into_iter().map(|dealer| dealer.id));
            after = part.next_page;
            if after.is_none() {
                return Ok(served);
            }
        }
    }
}
