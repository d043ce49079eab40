use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn the_same_request_is_carried_out_once() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let cases = [
        (
            "employees",
            json!({ "email": "grace@example.org", "name": "Grace" }),
            json!({ "email": "grace@example.org", "name": "G" }),
        ),
        (
            "teams",
            json!({ "name": "Night Watch" }),
            json!({ "name": "Day Watch" }),
        ),
        (
            "locations",
            json!({ "name": "Harbor Tower" }),
            json!({ "name": "Harbor Annex" }),
        ),
    ];
    for (list, body, other) in cases {
        let path = format!("{}/{list}", customer.path);
        let key = [("idempotency-key", "k-1")];
        let post = async |body: &serde_json::Value| {
            admin
                .send(Method::POST, &path, Some(body.clone()), &key)
                .await
        };
        let (one, two) = tokio::join!(post(&body), post(&body));
        let statuses = [one.status.as_u16(), two.status.as_u16()];
        assert!(
            statuses.contains(&201) && statuses.iter().all(|it| [201, 409].contains(it)),
            "{statuses:?}"
        );
        let first = if one.status == StatusCode::CREATED {
            one
        } else {
            two
        };
        let again = post(&body).await;
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(
            again.header("consistency-token"),
            first.header("consistency-token")
        );
        assert_eq!(again.is(StatusCode::CREATED), first.is(StatusCode::CREATED));
        post(&other).await.fails(422, "idempotency-key-reused");
        let items = admin.get(&path).await.is(StatusCode::OK);
        let expected = if list == "employees" { 2 } else { 1 };
        assert_eq!(items["items"].as_array().unwrap().len(), expected, "{list}");
    }
}

#[tokio::test]
async fn a_key_is_one_customers_alone() {
    let world = World::start().await;
    let (one, other) = (
        world.customer("Blue Harbor").await,
        world.customer("Cedar Hill").await,
    );
    let both = "both@example.org";
    let mut employees = Vec::new();
    for customer in [&one, &other] {
        employees.push(
            world
                .hire(customer, both, &["CUSTOMER_EMPLOYEE_ADMINISTRATOR"])
                .await,
        );
    }
    let session = world.as_user(employees[0].user);
    for customer in [&one, &other] {
        let path = format!("{}/teams", customer.path);
        let body = Some(json!({ "name": "Night Watch" }));
        let key = [("idempotency-key", "k-1")];
        let created = session.send(Method::POST, &path, body, &key).await;
        let team = created.is(StatusCode::CREATED)["id"].clone();
        let path = format!("{path}/{}", team.as_str().unwrap());
        session.get(&path).await.is(StatusCode::OK);
    }
}

#[tokio::test]
async fn a_customer_is_created_once() {
    let world = World::start().await;
    let body = json!({ "name": "Blue Harbor", "administrator": { "email": "ada@example.org", "name": "Ada" } });
    let key = [("idempotency-key", "k-1")];
    let platform = world.platform();
    let create = async || {
        platform
            .send(Method::POST, "/customers", Some(body.clone()), &key)
            .await
    };
    let first = create().await.is(StatusCode::CREATED);
    assert_eq!(create().await.is(StatusCode::CREATED), first);
    let all = platform.get("/customers").await.is(StatusCode::OK);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_failed_is_tried_again() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let path = format!("{}/employees", customer.path);
    let body = json!({ "email": "grace@example.org", "name": "Grace" });
    let key = [("idempotency-key", "k-1")];
    let hire = async || {
        admin
            .send(Method::POST, &path, Some(body.clone()), &key)
            .await
    };
    world.network.cut();
    hire().await.fails(503, "unavailable");
    world.network.restore();
    hire().await.is(StatusCode::CREATED);
    let foreign = world.customer("Cedar Hill").await;
    let stranger = world.as_user(foreign.admin);
    stranger
        .send(Method::POST, &path, Some(body.clone()), &key)
        .await
        .fails(404, "not-found");
}

#[tokio::test]
async fn who_lost_the_right_does_not_hear_the_answer_again() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let second = world
        .hire(
            &customer,
            "second@example.org",
            &["CUSTOMER_EMPLOYEE_ADMINISTRATOR"],
        )
        .await;
    let path = format!("{}/teams", customer.path);
    let key = [("idempotency-key", "k-1")];
    let create = async || {
        let session = world.as_user(second.user);
        session
            .send(
                Method::POST,
                &path,
                Some(json!({ "name": "Night Watch" })),
                &key,
            )
            .await
    };
    create().await.is(StatusCode::CREATED);
    world
        .as_user(customer.admin)
        .delete(&second.path)
        .await
        .is(StatusCode::NO_CONTENT);
    create().await.fails(404, "not-found");
}
