//! What browsers may ask for is what the services offer to people: nothing of machines' is forwarded, and
//! nothing of people's forgotten.

use std::collections::BTreeSet;

use chassis::openapi::{Kind, routes};
use testkit::{clock::TestClock, mint::Mint};

use stories::house::{Alone, MONDAY_MORNING};

/// For people, and not for browsers: a client asks this with the token that it got; and no page shows what policy administrators do.
const NOT_FORWARDED: [&str; 20] = [
    "authz-service: GET /decisions",
    "authz-service: GET /decisions/export",
    "authz-service: POST /decisions/{id}/replay",
    "authz-service: GET /exceptions",
    "authz-service: POST /exceptions",
    "authz-service: GET /exceptions/history",
    "authz-service: GET /exceptions/{id}",
    "authz-service: DELETE /exceptions/{id}",
    "authz-service: POST /exceptions/{id}/approval",
    "authz-service: GET /policies/active",
    "authz-service: PUT /policies/active",
    "authz-service: GET /policies/history",
    "authz-service: GET /policies/versions",
    "authz-service: POST /policies/versions",
    "authz-service: GET /policies/versions/{id}",
    "authz-service: POST /policies/versions/{id}/approval",
    "authz-service: GET /policies/versions/{id}/comparison",
    "authz-service: GET /searches",
    "iam-service: GET /oauth2/userinfo",
    "iam-service: POST /oauth2/userinfo",
];

#[tokio::test]
async fn the_bff_forwards_what_is_for_people_and_nothing_else() -> anyhow::Result<()> {
    let mint = Mint::start(TestClock::at(MONDAY_MORNING)?).await?;
    let mut offered = BTreeSet::new();
    for service in Alone::all(&mint).await? {
        for route in routes(&service.document)? {
            if route.kind == Kind::User {
                let path = with_plain_ids(&route.path);
                offered.insert(format!("{}: {} {path}", service.name, route.method));
            }
        }
    }
    for route in NOT_FORWARDED {
        assert!(offered.remove(route), "nobody offers {route}");
    }
    let forwarded: BTreeSet<_> = bff::domain::allowed()
        .map(|(method, path, service)| format!("{}: {method} {path}", service.name()))
        .collect();
    let (forgotten, too_much): (Vec<_>, Vec<_>) = (
        offered.difference(&forwarded).collect(),
        forwarded.difference(&offered).collect(),
    );
    assert!(
        forgotten.is_empty() && too_much.is_empty(),
        "forgotten: {forgotten:?}; not offered to people: {too_much:?}"
    );
    Ok(())
}

/// `/customers/{customerId}` as the allow-list writes it: `/customers/{id}`.
fn with_plain_ids(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        // Not any id, but one of a few words.
        "{operation}" => part,
        _ if part.starts_with('{') => "{id}",
        _ => part,
    });
    parts.collect::<Vec<_>>().join("/")
}
