//! `kill -9` between commit and publish: what was committed is published after the restart. That it is published once
//! is seen where more is published after it, under load: `kills.rs`.

use demo_world::cast::PLATFORM_ADMINISTRATOR;
use serde_json::json;

use stories::house::House;

#[tokio::test]
async fn what_customer_service_committed_before_the_kill_is_published_after_it()
-> anyhow::Result<()> {
    let mut house = House::now().await?;
    let admin = house.caller("admin@blue-harbor.example").await?;
    house.sites.customer.stop().await?;
    house.serve("customer-service").await?;
    house.nats().stop().await;
    let id = &house.world.ids.customers["Blue Harbor Offices"];
    let url = house
        .addresses
        .customer
        .join(&format!("/customers/{id}/employees"))?;
    let person = json!({ "email": "late@blue-harbor.example", "name": "Late", "roles": [] });
    let hired = admin.create(url, &person).await?;
    house.sites.customer.kill().await?;

    house.nats().restart().await?;
    house.restart("customer-service").await?;
    // iam-service waits for the position of the hiring, so it has been published.
    house.settled(&house.sites.iam, &hired).await?;
    Ok(())
}

#[tokio::test]
async fn what_iam_service_committed_before_the_kill_is_published_after_it() -> anyhow::Result<()> {
    let mut house = House::now().await?;
    let admin = house.caller(PLATFORM_ADMINISTRATOR.email).await?;
    house.sites.iam.stop().await?;
    house.serve("iam-service").await?;
    house.nats().stop().await;
    let person = json!({ "email": "late@realguardio.example", "name": "Late", "roles": [] });
    let invitations = house.addresses.iam.join("/invitations")?;
    let invited = admin.create(invitations, &person).await?;
    house.sites.iam.kill().await?;

    house.nats().restart().await?;
    house.restart("iam-service").await?;
    let user = format!("iam-service.user.{}", invited.text("id")?);
    let version = invited.body["version"].to_string();
    let event = house.nats().arrives("iam-service", &user, &version).await?;
    assert_eq!(event.subject, user);
    Ok(())
}

#[tokio::test]
async fn what_security_system_service_committed_before_the_kill_is_published_after_it()
-> anyhow::Result<()> {
    let mut house = House::now().await?;
    let disarmer = house.caller("disarmer@blue-harbor.example").await?;
    let tower = house.system("Harbor Tower")?;
    house.sites.security_system.stop().await?;
    house.serve("security-system-service").await?;
    house.nats().stop().await;
    let disarm = json!({ "action": "DISARM" });
    let answer = disarmer.put(tower, None, &disarm).await?;
    house.sites.security_system.kill().await?;

    house.nats().restart().await?;
    house.restart("security-system-service").await?;
    let source = "security-system-service";
    let system = format!("{source}.security-system.{}", answer.text("id")?);
    let version = answer.body["version"].to_string();
    let event = house.nats().arrives(source, &system, &version).await?;
    assert_eq!(event.state["state"], "DISARMED");
    Ok(())
}
