//! `GET /securitysystems`

use access::Operation;
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::auth::User;
use chassis::http::{Cursor, Json, Page, Paging, Query};
use chassis::problem::Problem;
use freshness::Freshness;

use super::Api;
use super::headers::{Chosen, DecidedBy, FactsAge};
use super::representation::SecuritySystem;
use crate::authorization::Caller;
use crate::store::Place;

/// The systems that the caller may view, ordered by location and id.
#[utoipa::path(
    get, path = "/securitysystems", operation_id = "listSecuritySystems",
    tag = "security systems", security(("user" = [])),
    params(Paging),
    responses(
        (status = 200, description = "A part of the list. It may be short, and still not be the last.", body = Page<SecuritySystem>),
        (status = 422, description = "No such page."),
        (status = 429, description = "The caller asks for too much at once."),
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
    let page = Page {
        items: systems
            .map(|(system, rights)| SecuritySystem::new(system, rights))
            .collect(),
        next_page: listed.next.as_ref().map(Cursor::write),
    };
    let by = DecidedBy(listed.by);
    Ok((by, FactsAge(listed.facts_age), Json(page)))
}
