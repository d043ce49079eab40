//! Hired, given a role, deprived of it: how facts about people reach those who decide.

use demo_world::{
    api::Api,
    cast::{DEALER_ONBOARDING, PLATFORM_ADMINISTRATOR},
    mailbox,
    visitor::Visitor,
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use url::Url;

use stories::house::{House, PASSWORD};

/// Below Blue Harbor.
fn blue_harbor(house: &House, path: &str) -> anyhow::Result<Url> {
    let id = &house.world.ids.customers["Blue Harbor Offices"];
    Ok(house
        .addresses
        .customer
        .join(&format!("/customers/{id}/{path}"))?)
}

#[tokio::test]
async fn whoever_is_hired_gets_a_link_and_is_a_customers_employee_in_the_next_token()
-> anyhow::Result<()> {
    let house = House::start().await?;
    let admin = house.caller("admin@blue-harbor.example").await?;
    let person = json!({ "email": "grace@blue-harbor.example", "name": "Grace", "roles": [] });
    let hired = admin
        .create(blue_harbor(&house, "employees")?, &person)
        .await?;
    house.settled(&house.sites.iam, &hired).await?;

    let mut visitor = Visitor::new(house.client.clone());
    let link = mailbox::link(
        &mut visitor,
        &house.addresses.iam,
        "grace@blue-harbor.example",
    )
    .await?;
    visitor.choose_password(link, "Grace", PASSWORD).await?;
    let grace = house.caller("grace@blue-harbor.example").await?;
    let profiles = house.addresses.customer.join("/profiles")?;
    let answer = grace.send(Method::GET, profiles.clone(), &[], None).await?;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);

    // Somebody who works for nobody has no profile.
    let staff = house.caller(DEALER_ONBOARDING.email).await?;
    let answer = staff.send(Method::GET, profiles, &[], None).await?;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    Ok(())
}

#[tokio::test]
async fn a_role_that_was_taken_away_counts_no_more_though_the_token_is_still_good()
-> anyhow::Result<()> {
    let house = House::start().await?;
    let disarmer = house.caller("disarmer@blue-harbor.example").await?;
    let admin = house.caller("admin@blue-harbor.example").await?;
    let employee = &house.world.ids.employees["disarmer@blue-harbor.example"];
    let roles = blue_harbor(&house, &format!("employees/{employee}/roles"))?;

    admin
        .put(
            roles.clone(),
            None,
            &json!({ "roles": ["SECURITY_SYSTEM_VIEWER"] }),
        )
        .await?;
    assert_eq!(disarm(&house, &disarmer).await?, StatusCode::FORBIDDEN);
    admin.put(roles, None, &json!({ "roles": [] })).await?;
    assert_eq!(disarm(&house, &disarmer).await?, StatusCode::NOT_FOUND);
    Ok(())
}

async fn disarm(house: &House, caller: &Api) -> anyhow::Result<StatusCode> {
    let body = json!({ "action": "DISARM" });
    let tower = house.system("Harbor Tower")?;
    Ok(caller
        .send(Method::PUT, tower, &[], Some(&body))
        .await?
        .status)
}

#[tokio::test]
async fn a_location_cannot_be_removed_under_its_system() -> anyhow::Result<()> {
    let house = House::start().await?;
    let admin = house.caller("admin@blue-harbor.example").await?;
    let annex = blue_harbor(
        &house,
        &format!("locations/{}", house.world.ids.locations["Harbor Annex"]),
    )?;
    let removal = admin.send(Method::DELETE, annex.clone(), &[], None).await?;
    assert_eq!(removal.status, StatusCode::CONFLICT, "{}", removal.body);

    let platform = house.caller(PLATFORM_ADMINISTRATOR.email).await?;
    let system = house.system("Harbor Annex")?;
    let removal = platform.send(Method::DELETE, system, &[], None).await?;
    assert!(removal.status.is_success(), "{}", removal.body);
    let removal = admin.send(Method::DELETE, annex, &[], None).await?;
    assert!(removal.status.is_success(), "{}", removal.body);
    Ok(())
}
