use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::World;

const NIGHTS: &str = r#"{ "timeZone": "America/New_York",
    "windows": [{ "day": "MONDAY", "start": "22:00", "end": "06:00" }], "exceptions": [] }"#;

#[tokio::test]
async fn hiring_begins_an_employment() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let path = format!("{}/employees", customer.path);
    let schedule: serde_json::Value = serde_json::from_str(NIGHTS).unwrap();
    let body = json!({ "email": "grace@blue-harbor.example", "name": "Grace",
        "roles": ["SECURITY_SYSTEM_DISARMER", "SECURITY_SYSTEM_DISARMER"], "schedule": schedule });
    let hired = world.as_user(customer.admin).post(&path, body).await;
    assert_eq!(hired.header("etag"), "\"1\"");
    let token = hired.header("consistency-token");
    let hired = hired.is(StatusCode::CREATED);
    assert_eq!(
        hired["userId"],
        world.iam.user("grace@blue-harbor.example").to_string()
    );
    assert_eq!(hired["roles"], json!(["SECURITY_SYSTEM_DISARMER"]));
    assert_eq!(hired["schedule"], schedule);

    let one = format!("{path}/{}", hired["id"].as_str().unwrap());
    let admin = world.as_user(customer.admin);
    let headers = [("consistency-token", token.as_str())];
    let read = admin
        .send(Method::GET, &one, None, &headers)
        .await
        .is(StatusCode::OK);
    assert_eq!(read, hired);
    let list = admin.get(&path).await.is(StatusCode::OK);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert!(list["items"].as_array().unwrap().contains(&hired));
}

#[tokio::test]
async fn a_user_is_employed_once_by_an_organization() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let other = world.customer("Cedar Hill").await;
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    let body = json!({ "email": "Grace@Blue-Harbor.example", "name": "Grace" });
    let again = world
        .as_user(customer.admin)
        .post(&format!("{}/employees", customer.path), body)
        .await;
    again.fails(409, "already-employed");

    let hopper = async || {
        let body = json!({ "email": "hopper@blue-harbor.example", "name": "Hopper" });
        let admin = world.as_user(customer.admin);
        let path = format!("{}/employees", customer.path);
        admin.post(&path, body).await.status.as_u16()
    };
    let (one, second) = tokio::join!(hopper(), hopper());
    assert_eq!((one.min(second), one.max(second)), (201, 409));

    let elsewhere = world.hire(&other, "grace@blue-harbor.example", &[]).await;
    assert_eq!(elsewhere.user, grace.user);
    assert_ne!(elsewhere.id, grace.id);
}

#[tokio::test]
async fn hired_again_a_person_has_another_employment() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let first = world
        .hire(
            &customer,
            "grace@blue-harbor.example",
            &["SECURITY_SYSTEM_ARMER"],
        )
        .await;
    admin.delete(&first.path).await.is(StatusCode::NO_CONTENT);
    admin.get(&first.path).await.fails(404, "not-found");
    admin.delete(&first.path).await.fails(404, "not-found");
    world
        .as_user(first.user)
        .get(&customer.path)
        .await
        .fails(404, "not-found");

    let second = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    assert_ne!(second.id, first.id);
    assert_eq!(second.user, first.user);
    let read = admin.get(&second.path).await.is(StatusCode::OK);
    assert_eq!(
        (&read["roles"], &read["version"]),
        (&json!([]), &json!(1)),
        "nothing comes back"
    );
}

#[tokio::test]
async fn a_person_to_hire_makes_sense() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let path = format!("{}/employees", customer.path);
    let long = format!("{}@x.example", "x".repeat(250));
    for email in [
        "",
        "grace",
        "@",
        "a@",
        "@b",
        "a b@c",
        "a@b@c",
        "a\u{0}@b",
        &long,
        "x@refused.example",
    ] {
        admin
            .post(&path, json!({ "email": email, "name": "Grace" }))
            .await
            .names("email");
    }
    let email = "grace@blue-harbor.example";
    admin
        .post(&path, json!({ "email": email, "name": "" }))
        .await
        .names("name");
    for role in [
        "SECURITY_SYSTEM_OWNER",
        "REALGUARDIO_ADMINISTRATOR",
        "CUSTOMER_EMPLOYEE",
        "SECURITY_SYSTEM_DEALER_EMPLOYEE_ADMINISTRATOR",
        "security_system_armer",
        "",
    ] {
        let roles = json!(["SECURITY_SYSTEM_ARMER", role]);
        admin
            .post(
                &path,
                json!({ "email": email, "name": "Grace", "roles": roles }),
            )
            .await
            .names("roles[1]");
    }
    let schedule = json!({ "timeZone": "Mars/Olympus", "exceptions": [],
        "windows": [{ "day": "MONDAY", "start": "09:00", "end": "09:00" }] });
    let body = json!({ "email": email, "name": "Grace", "schedule": schedule });
    admin
        .post(&path, body.clone())
        .await
        .names("schedule.timeZone");
    admin
        .post(&path, body)
        .await
        .names("schedule.windows[0].end");
    let nobody = world.as_user(world.iam.user("nobody@example.org"));
    nobody
        .post(&path, json!({ "email": email, "name": "Grace" }))
        .await
        .fails(404, "not-found");
    let list = admin.get(&path).await.is(StatusCode::OK);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn without_iam_service_nobody_is_hired_and_nothing_is_stored() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let path = format!("{}/employees", customer.path);
    let admin = world.as_user(customer.admin);
    let body = json!({ "email": "grace@blue-harbor.example", "name": "Grace" });

    world.network.cut();
    let down = admin.post(&path, body.clone()).await;
    assert_eq!(down.header("retry-after"), "1");
    down.fails(503, "unavailable");

    world.network.restore();
    world.network.black_hole();
    let slow = admin.post(&path, body.clone()).await;
    assert_eq!(slow.status, StatusCode::SERVICE_UNAVAILABLE);
    let customer_body =
        json!({ "name": "Cedar Hill", "administrator": { "email": "a@b.example", "name": "A" } });
    let slow = world.platform().post("/customers", customer_body).await;
    assert_eq!(slow.status, StatusCode::SERVICE_UNAVAILABLE);

    let list = admin.get(&path).await.is(StatusCode::OK);
    assert_eq!(
        list["items"].as_array().unwrap().len(),
        1,
        "reading goes on, and there is nobody new"
    );
    let all = world.platform().get("/customers").await.is(StatusCode::OK);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);

    world.network.restore();
    admin.post(&path, body).await.is(StatusCode::CREATED);
}

#[tokio::test]
async fn roles_schedule_and_name_change() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    let roles = json!({ "roles": ["SECURITY_SYSTEM_DISARMER", "CUSTOMER_EMPLOYEE_ADMINISTRATOR"] });
    let changed = admin.put(&format!("{}/roles", grace.path), roles).await;
    assert_eq!(changed.header("etag"), "\"2\"");
    assert!(
        changed
            .header("consistency-token")
            .starts_with("customer-service=\"1:")
    );
    let changed = changed.is(StatusCode::OK);
    assert_eq!(
        changed["roles"],
        json!([
            "CUSTOMER_EMPLOYEE_ADMINISTRATOR",
            "SECURITY_SYSTEM_DISARMER"
        ])
    );

    let schedule: serde_json::Value = serde_json::from_str(NIGHTS).unwrap();
    let path = format!("{}/schedule", grace.path);
    let restricted = admin.put(&path, schedule.clone()).await.is(StatusCode::OK);
    assert_eq!(
        (&restricted["schedule"], &restricted["version"]),
        (&schedule, &json!(3))
    );
    let empty = json!({ "timeZone": "UTC", "windows": [], "exceptions": [] });
    let closed = admin.put(&path, empty.clone()).await.is(StatusCode::OK);
    assert_eq!(closed["schedule"], empty, "an empty schedule is one");
    admin
        .put(&path, json!({ "timeZone": "UTC", "windows": [] }))
        .await
        .fails(422, "invalid");
    admin.put(&path, json!(null)).await.fails(422, "invalid");
    let lifted = admin.delete(&path).await.is(StatusCode::OK);
    assert_eq!(lifted["schedule"], json!(null));

    let renamed = admin
        .put(&grace.path, json!({ "name": "Grace H." }))
        .await
        .is(StatusCode::OK);
    assert_eq!(
        (&renamed["name"], &renamed["version"]),
        (&json!("Grace H."), &json!(6))
    );
    assert_eq!(renamed["roles"], changed["roles"]);
    let none = admin
        .put(&format!("{}/roles", grace.path), json!({ "roles": [] }))
        .await;
    assert_eq!(none.is(StatusCode::OK)["roles"], json!([]));
}

#[tokio::test]
async fn roles_at_locations_are_held_at_the_customers_own() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let other = world.customer("Cedar Hill").await;
    let admin = world.as_user(customer.admin);
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    let tower = world.location(&customer, "Harbor Tower").await;
    let annex = world.location(&customer, "Harbor Annex").await;
    let foreign = world.location(&other, "Cedar Hill Main").await;
    let path = format!("{}/location-roles", grace.path);

    let roles = json!({ "locationRoles": { &tower: ["SECURITY_SYSTEM_ARMER"], &annex: [] } });
    let changed = admin.put(&path, roles).await.is(StatusCode::OK);
    assert_eq!(
        changed["locationRoles"],
        json!({ &tower: ["SECURITY_SYSTEM_ARMER"] })
    );
    assert_eq!(changed["version"], 2);

    let nowhere = "0198c5a0-0000-7000-8000-000000000001";
    for location in [foreign.as_str(), nowhere] {
        let roles = json!({ "locationRoles": { location: ["SECURITY_SYSTEM_ARMER"] } });
        admin
            .put(&path, roles)
            .await
            .names(&format!("locationRoles.{location}"));
    }
    let roles = json!({ "locationRoles": { &tower: ["CUSTOMER_EMPLOYEE_ADMINISTRATOR"] } });
    admin
        .put(&path, roles)
        .await
        .names(&format!("locationRoles.{tower}[0]"));
    let roles = json!({ "locationRoles": { "tower": [] } });
    admin.put(&path, roles).await.fails(422, "invalid");
    let kept = admin.get(&grace.path).await.is(StatusCode::OK);
    assert_eq!(
        (&kept["locationRoles"], &kept["version"]),
        (&changed["locationRoles"], &json!(2))
    );

    let none = admin
        .put(&path, json!({ "locationRoles": {} }))
        .await
        .is(StatusCode::OK);
    assert_eq!(none["locationRoles"], json!({}));
}

#[tokio::test]
async fn two_who_change_the_same_do_not_overwrite_each_other() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    let path = format!("{}/roles", grace.path);
    let admin = world.as_user(customer.admin);
    let seen = [("if-match", "\"1\"")];
    let change = async |role: &str| {
        admin
            .send(Method::PUT, &path, Some(json!({ "roles": [role] })), &seen)
            .await
            .status
    };
    let (one, other) = tokio::join!(
        change("SECURITY_SYSTEM_ARMER"),
        change("SECURITY_SYSTEM_VIEWER")
    );
    let mut statuses = [one.as_u16(), other.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(
        admin.get(&grace.path).await.is(StatusCode::OK)["version"],
        2
    );
    for tag in ["\"2", "2", "*", "W/\"2\"", "\"1\", \"2\""] {
        let body = Some(json!({ "roles": [] }));
        let answer = admin
            .send(Method::PUT, &path, body, &[("if-match", tag)])
            .await;
        assert!(answer.status.is_client_error(), "{tag}");
    }
}
