//! What is another tenant's, and what is nobody's, look the same.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use chassis::openapi;
use serde_json::{Value, json};

use super::{Organization, World};
use crate::session::{Answer, Session};

/// An id that nobody has.
pub const NOBODY: &str = "0198c5a0-0000-7000-8000-0000000000aa";

/// What stands in a path, by the parameter's name.
pub type Ids = BTreeMap<&'static str, String>;

/// What can stand in a path below this organization, at this location.
pub async fn ids(world: &World, of: &Organization, location: &str) -> Ids {
    let email = format!("grace@{}.example", of.id);
    Ids::from([
        (world.service.parameter, of.id.clone()),
        ("employeeId", world.hire(of, &email, &[]).await.id),
        ("teamId", world.team(of, "Night Watch").await.id),
        ("locationId", location.to_owned()),
    ])
}

/// An administrator of `ours` learns nothing of what is `foreign` to them, wherever its ids stand in
/// a path. Nor do they do anything by asking.
pub async fn foreign_ids_and_ids_of_nobody_are_the_same(
    world: &World,
    ours: &Organization,
    foreign: Ids,
) {
    let all = |id: &str| -> Ids { foreign.keys().map(|name| (*name, id.to_owned())).collect() };
    let below = |mut ids: Ids| {
        ids.insert(world.service.parameter, ours.id.clone());
        ids
    };
    let (nobody, none) = (all(NOBODY), all("none"));
    let cases = [
        below(nobody.clone()),
        below(none.clone()),
        below(foreign.clone()),
        nobody,
        none,
        foreign.clone(),
    ];
    let users = world.iam.count();
    let stranger = world.as_user(ours.admin);
    let asked = learn_nothing(world, &stranger, &ours.id, &cases).await;
    assert!(asked > 80, "{asked}");
    assert_eq!(world.iam.count(), users, "strangers make no users");
}

/// Sends a request to every route below the path of an organization, with each of these ids in its
/// path. To the stranger, each must answer what it answers about an organization that nobody has.
/// How often it was asked.
///
/// A route that names nothing but `own`, an organization that the stranger belongs to, is left out.
async fn learn_nothing(world: &World, stranger: &Session, own: &str, cases: &[Ids]) -> usize {
    let below = format!("{}/", world.service.path);
    let unknown = faceless(stranger.get(&format!("{below}{NOBODY}")).await);
    let document = world.anonymous().get("/openapi.json").await;
    let routes = openapi::routes(&document.is(StatusCode::OK)).unwrap();
    let mut asked = 0;
    for route in routes.iter().filter(|route| route.path.starts_with(&below)) {
        for ids in cases {
            let path = fill(&route.path, ids);
            let names_a_thing = route.path.matches('{').count() > 1;
            if path.contains(own) && !names_a_thing {
                continue;
            }
            let method: Method = route.method.parse().unwrap();
            let body = body(&route.operation_id);
            let answer = stranger.send(method, &path, body, &[]).await;
            assert_eq!(faceless(answer), unknown, "{} {path}", route.operation_id);
            asked += 1;
        }
    }
    asked
}

fn fill(path: &str, ids: &Ids) -> String {
    ids.iter().fold(path.to_owned(), |path, (name, id)| {
        path.replace(&format!("{{{name}}}"), id)
    })
}

/// A body that the operation would take.
fn body(operation: &str) -> Option<Value> {
    let named = json!({ "name": "X" });
    match operation {
        "hireEmployee" => Some(json!({ "email": "x@example.org", "name": "X" })),
        "updateRoles" | "updateTeamRoles" => Some(json!({ "roles": ["SECURITY_SYSTEM_ARMER"] })),
        "updateLocationRoles" => Some(json!({ "locationRoles": {} })),
        "updateSchedule" => Some(json!({ "timeZone": "UTC", "windows": [], "exceptions": [] })),
        "appointDealer" => Some(json!({ "dealerId": NOBODY })),
        "appointMonitoringProvider" => Some(json!({ "monitoringProviderId": NOBODY })),
        _ if operation.starts_with("create") || operation.starts_with("rename") => Some(named),
        _ => None,
    }
}

/// The body without what names the request itself.
fn faceless(answer: Answer) -> Value {
    let mut body = answer.fails(404, "not-found");
    let fields = body.as_object_mut().unwrap();
    fields.remove("instance");
    fields.remove("traceId");
    body
}
