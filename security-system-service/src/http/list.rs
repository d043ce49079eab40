//! `GET /securitysystems`

use access::{Operation, SystemId};
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::auth::User;
use chassis::http::{Cursor, Json, Page, Paging, Query};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use freshness::Freshness;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::headers::{Chosen, DecidedBy, FactsAge};
use super::representation::SecuritySystem;
use crate::authorization::Caller;
use crate::store::Place;

/// A part of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Systems {
    #[serde(flatten)]
    page: Page<SecuritySystem>,
    /// Systems that would be among these, if it was known by now what they were last changed by. Left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    undecided: Vec<SystemId>,
}

/// The systems that the caller may view, ordered by location and id.
#[utoipa::path(
    get, path = "/securitysystems", operation_id = "listSecuritySystems",
    tag = "security systems", security(("user" = [])),
    params(Paging),
    responses(
        (status = 200, description = "A part of the list. It may be short, and still not be the last.", body = Systems),
        (status = 422, description = "No such page."),
        Crowded,
    ),
)]
pub(super) async fn list(
    State(api): State<Api>,
    user: User,
    chosen: Chosen,
    Freshness(freshness): Freshness,
    Query(paging): Query<Paging>,
) -> Result<impl IntoResponse, Problem> {
    let strategy = chosen.strategy(Operation::View);
    let (after, limit) = (paging.after::<Place>()?, paging.limit()?);
    let caller = Caller::from(&user);
    let listed = api
        .app
        .list(&caller, strategy, &freshness, after, limit)
        .await?;
    let systems = listed.systems.iter();
    let systems = Systems {
        page: Page {
            items: systems
                .map(|(system, rights)| SecuritySystem::new(system, rights))
                .collect(),
            next_page: listed.next.as_ref().map(Cursor::write),
        },
        undecided: listed.undecided,
    };
    let by = DecidedBy(listed.by);
    Ok((by, FactsAge(listed.facts_age), Json(systems)))
}
