use axum::http::StatusCode;
use serde_json::json;

use crate::world::World;

const SYSTEM: &str = "0198c5a0-0000-7000-8000-0000000000a1";
const OTHER: &str = "0198c5a0-0000-7000-8000-0000000000a2";

#[tokio::test]
async fn a_location_is_reserved_once_and_given_back() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let tower = world.location(&customer, "Harbor Tower").await;
    let machine = world.as_machine("locations:reserve");
    let path = format!("/locations/{tower}/reservation");
    let reserve = async |system: &str, version: i64| {
        machine
            .put(&path, json!({ "systemId": system, "version": version }))
            .await
    };
    let reserved = reserve(SYSTEM, 1).await;
    let token = reserved.header("consistency-token");
    assert_eq!(
        reserved.is(StatusCode::OK),
        json!({ "locationId": tower, "systemId": SYSTEM })
    );
    let again = reserve(SYSTEM, 1).await;
    assert_eq!(again.header("consistency-token"), token, "nothing happened");
    again.is(StatusCode::OK);
    reserve(OTHER, 2).await.fails(409, "location-reserved");

    let location = format!("{}/locations/{tower}", customer.path);
    let admin = world.as_user(customer.admin);
    assert_eq!(
        admin.get(&location).await.is(StatusCode::OK)["reserved"],
        true
    );
    admin
        .delete(&location)
        .await
        .fails(409, "location-reserved");
    admin
        .put(&location, json!({ "name": "Tower" }))
        .await
        .is(StatusCode::OK);
    reserve(SYSTEM, 1).await.is(StatusCode::OK);

    machine
        .delete(&format!("{path}/{OTHER}"))
        .await
        .is(StatusCode::NO_CONTENT);
    assert_eq!(
        admin.get(&location).await.is(StatusCode::OK)["reserved"],
        true,
        "not the other's to release"
    );
    machine
        .delete(&format!("{path}/{SYSTEM}"))
        .await
        .is(StatusCode::NO_CONTENT);
    machine
        .delete(&format!("{path}/{SYSTEM}"))
        .await
        .is(StatusCode::NO_CONTENT);
    let free = admin.get(&location).await.is(StatusCode::OK);
    assert_eq!(free["reserved"], false);
    let version = free["version"].as_i64().unwrap();
    reserve(SYSTEM, version)
        .await
        .fails(409, "reservation-released");
    reserve(OTHER, version)
        .await
        .fails(409, "reservation-released");
    admin.delete(&location).await.is(StatusCode::NO_CONTENT);
    let third = "0198c5a0-0000-7000-8000-0000000000a3";
    reserve(third, version).await.fails(404, "not-found");
    machine
        .delete(&format!("{path}/{third}"))
        .await
        .is(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_location_that_was_changed_is_not_reserved() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let tower = world.location(&customer, "Harbor Tower").await;
    let annex = world.location(&customer, "Harbor Annex").await;
    let admin = world.as_user(customer.admin);
    admin
        .put(
            &format!("{}/locations/{tower}", customer.path),
            json!({ "name": "T" }),
        )
        .await
        .is(StatusCode::OK);
    let machine = world.as_machine("locations:reserve");
    let path = format!("/locations/{tower}/reservation");
    let reserve = json!({ "systemId": SYSTEM, "version": 1 });
    machine
        .put(&path, reserve.clone())
        .await
        .fails(409, "location-changed");
    machine
        .put(&path, json!({ "systemId": SYSTEM, "version": 2 }))
        .await
        .is(StatusCode::OK);
    let elsewhere = format!("/locations/{annex}/reservation");
    machine
        .put(&elsewhere, reserve.clone())
        .await
        .fails(409, "location-reserved");

    let reader = world.as_machine("facts:read");
    reader
        .put(&path, reserve.clone())
        .await
        .fails(403, "insufficient-scope");
    reader
        .delete(&format!("{path}/{SYSTEM}"))
        .await
        .fails(403, "insufficient-scope");
    admin.put(&path, reserve).await.fails(401, "invalid-token");
}

#[tokio::test]
async fn removed_or_reserved_but_not_both() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let machine = world.as_machine("locations:reserve");
    for round in 0..8_u128 {
        let location = world.location(&customer, "Harbor Tower").await;
        let system = uuid::Uuid::from_u128(0x0198_c5a0_0000_7000_8000_0000_0000_0100 + round);
        let path = format!("{}/locations/{location}", customer.path);
        let reservation = format!("/locations/{location}/reservation");
        let (removed, reserved) = tokio::join!(
            admin.delete(&path),
            machine.put(&reservation, json!({ "systemId": system, "version": 1 })),
        );
        if removed.status == StatusCode::NO_CONTENT {
            reserved.fails(404, "not-found");
        } else {
            removed.fails(409, "location-reserved");
            reserved.is(StatusCode::OK);
        }
    }
}
