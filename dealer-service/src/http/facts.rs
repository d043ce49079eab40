//! Facts about who appointed whom, for services that decide themselves. They come with a machine's
//! token.

use access::{DealerId, ProviderId};
use axum::extract::State;
use axum::response::Response;
use chassis::auth::Machine;
use chassis::http::Json;
use chassis::problem::Problem;
use organization::http::{SCOPE, part};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use crate::store::facts::DealerFacts;

/// About how many can be asked at once.
const MANY: usize = 100;

/// Which dealers are asked about.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AboutDealers {
    /// Which. Not more than a hundred.
    #[schema(max_items = 100)]
    dealer_ids: Vec<DealerId>,
}

/// Whose dealers are asked about.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AboutServed {
    /// Which providers'. Not more than a hundred.
    #[schema(max_items = 100)]
    provider_ids: Vec<ProviderId>,
    /// The previous part's `nextPage`.
    #[serde(default)]
    after: Option<DealerId>,
    /// How many at most.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 500, default = 500)]
    limit: Option<usize>,
}

/// A dealer, and whom it appointed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct DealerFactsBody {
    /// Which dealer.
    id: DealerId,
    /// The monitoring provider that it appointed, if any.
    #[schema(required)]
    provider: Option<ProviderId>,
}

impl From<DealerFacts> for DealerFactsBody {
    fn from(DealerFacts { id, provider }: DealerFacts) -> Self {
        Self { id, provider }
    }
}

/// Those of the dealers that there are.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct DealersBody {
    /// In the order of their ids.
    dealers: Vec<DealerFactsBody>,
}

/// A part of the dealers that are served.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServedBody {
    /// In the order of their ids.
    dealers: Vec<DealerFactsBody>,
    /// What to send as `after` for the next part; null at the end.
    #[schema(required)]
    next_page: Option<DealerId>,
}

/// Those of the dealers that there are, with the providers that they appointed, as of one instant.
#[utoipa::path(
    post, path = "/facts/dealers", operation_id = "getDealerFacts", tag = "facts",
    security(("machine" = ["facts:read"])),
    responses((status = 200, body = DealersBody), (status = 403, description = "Not in the token's scope."))
)]
pub(super) async fn dealers(
    machine: Machine,
    State(api): State<Api>,
    Json(about): Json<AboutDealers>,
) -> Result<Response, Problem> {
    machine.require(SCOPE)?;
    if about.dealer_ids.len() > MANY {
        return Err(too_many("dealerIds"));
    }
    let told = api.dealers.dealer_facts(&about.dealer_ids).await?;
    Ok(api.organization.told(told, |facts| DealersBody {
        dealers: facts.into_iter().map(Into::into).collect(),
    }))
}

/// The dealers that appointed one of these providers, in parts, each as of one instant.
#[utoipa::path(
    post, path = "/facts/dealers-served", operation_id = "getDealersServed", tag = "facts",
    security(("machine" = ["facts:read"])),
    responses((status = 200, body = ServedBody), (status = 403, description = "Not in the token's scope."))
)]
pub(super) async fn dealers_served(
    machine: Machine,
    State(api): State<Api>,
    Json(about): Json<AboutServed>,
) -> Result<Response, Problem> {
    machine.require(SCOPE)?;
    if about.provider_ids.len() > MANY {
        return Err(too_many("providerIds"));
    }
    let part = part(about.after.map(DealerId::as_uuid), about.limit)?;
    let told = api
        .dealers
        .dealers_served(&about.provider_ids, part)
        .await?;
    Ok(api.organization.told(told, |slice| ServedBody {
        dealers: slice.items.into_iter().map(Into::into).collect(),
        next_page: slice.next.map(Into::into),
    }))
}

fn too_many(field: &str) -> Problem {
    Problem::invalid(field, format!("names more than {MANY}"))
}
