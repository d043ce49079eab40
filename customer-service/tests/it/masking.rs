//! What is another tenant's, and what is nobody's, look the same.

use axum::http::{Method, StatusCode};
use chassis::openapi;
use serde_json::{Value, json};

use crate::world::{Answer, Customer, Session, World};

const NOBODY: &str = "0198c5a0-0000-7000-8000-0000000000aa";

/// What can stand in a path.
#[derive(Clone)]
struct Ids {
    customer: String,
    employee: String,
    team: String,
    location: String,
}

impl Ids {
    async fn of(world: &World, customer: &Customer) -> Self {
        let email = format!("grace@{}.example", customer.id);
        Self {
            customer: customer.id.clone(),
            employee: world.hire(customer, &email, &[]).await.id,
            team: world.team(customer, "Night Watch").await,
            location: world.location(customer, "Harbor Tower").await,
        }
    }

    fn all(id: &str) -> Self {
        Self {
            customer: id.to_owned(),
            employee: id.to_owned(),
            team: id.to_owned(),
            location: id.to_owned(),
        }
    }

    /// These, below that customer.
    fn below(self, customer: &str) -> Self {
        Self {
            customer: customer.to_owned(),
            ..self
        }
    }

    fn fill(&self, path: &str) -> String {
        path.replace("{customerId}", &self.customer)
            .replace("{employeeId}", &self.employee)
            .replace("{teamId}", &self.team)
            .replace("{locationId}", &self.location)
    }
}

/// A body that the operation would take.
fn body(operation: &str) -> Option<Value> {
    let named = json!({ "name": "X" });
    match operation {
        "hireEmployee" => Some(json!({ "email": "x@example.org", "name": "X" })),
        "updateRoles" | "updateTeamRoles" => Some(json!({ "roles": ["SECURITY_SYSTEM_ARMER"] })),
        "updateLocationRoles" => Some(json!({ "locationRoles": {} })),
        "updateSchedule" => Some(json!({ "timeZone": "UTC", "windows": [], "exceptions": [] })),
        _ if operation.starts_with("create") || operation.starts_with("rename") => Some(named),
        _ => None,
    }
}

/// The body without what names the request itself.
fn faceless(answer: Answer) -> Value {
    let mut body = answer.fails(404, "not-found");
    body.as_object_mut().unwrap().remove("instance");
    body.as_object_mut().unwrap().remove("traceId");
    body
}

#[tokio::test]
async fn foreign_ids_and_ids_of_nobody_are_the_same() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.customer("Blue Harbor").await,
        world.customer("Cedar Hill").await,
    );
    let foreign = Ids::of(&world, &theirs).await;
    let cases = [
        Ids::all(NOBODY),
        Ids::all("none"),
        Ids::all(NOBODY).below(&ours.id),
        Ids::all("none").below(&ours.id),
        foreign.clone().below(&ours.id),
        foreign,
    ];
    let users = world.iam.count();
    let stranger = world.as_user(ours.admin);
    let unknown = faceless(stranger.get(&format!("/customers/{NOBODY}")).await);
    let document = world
        .anonymous()
        .get("/openapi.json")
        .await
        .is(StatusCode::OK);
    let routes = openapi::routes(&document).unwrap();
    let mut asked = 0;
    for route in routes
        .iter()
        .filter(|route| route.path.starts_with("/customers/"))
    {
        for ids in &cases {
            let path = ids.fill(&route.path);
            let names_a_thing = route.path.matches('{').count() > 1;
            if ids.customer == ours.id && !names_a_thing {
                continue;
            }
            let method: Method = route.method.parse().unwrap();
            let answer = stranger
                .send(method, &path, body(&route.operation_id), &[])
                .await;
            assert_eq!(faceless(answer), unknown, "{} {path}", route.operation_id);
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked}");
    assert_eq!(world.iam.count(), users, "strangers make no users");
}

#[tokio::test]
async fn foreign_things_have_no_place_in_ones_own_team() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.customer("Blue Harbor").await,
        world.customer("Cedar Hill").await,
    );
    let foreign = Ids::of(&world, &theirs).await;
    let team = format!(
        "{}/teams/{}",
        ours.path,
        world.team(&ours, "Night Watch").await
    );
    let admin = world.as_user(ours.admin);
    let armer = json!({ "roles": ["SECURITY_SYSTEM_ARMER"] });
    for (employee, location) in [
        (foreign.employee.as_str(), foreign.location.as_str()),
        (NOBODY, NOBODY),
    ] {
        let member = format!("{team}/members/{employee}");
        admin.put(&member, json!({})).await.fails(404, "not-found");
        admin.delete(&member).await.fails(404, "not-found");
        let roles = format!("{team}/roles/{location}");
        admin
            .put(&roles, armer.clone())
            .await
            .fails(404, "not-found");
        let same = admin.delete(&roles).await.is(StatusCode::OK);
        assert_eq!(same["version"], 1, "there was nothing to take away");
    }
}

#[tokio::test]
async fn who_creates_customers_is_no_member_of_them() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let platform: Session<'_> = world.platform();
    platform.get(&customer.path).await.is(StatusCode::OK);
    let unknown = faceless(platform.get(&format!("/customers/{NOBODY}")).await);
    for list in ["employees", "locations", "teams"] {
        let hidden = platform.get(&format!("{}/{list}", customer.path)).await;
        assert_eq!(faceless(hidden), unknown);
    }
}
