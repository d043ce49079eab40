//! `kill -9` between commit and publish: what was committed is published after the restart, once.

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::json;
use testkit::supervise::{Process, Program};

use stories::house::{House, Service};

/// The program of a service, which `cargo build` puts beside this one.
fn program(name: &str) -> anyhow::Result<PathBuf> {
    let tests = std::env::current_exe()?;
    let target = tests
        .ancestors()
        .nth(2)
        .context("runs outside of a target directory")?;
    Ok(target.join(name))
}

/// A service as a process of its own, at the place of the one that was stopped.
async fn serve(service: &Service, arguments: Vec<String>) -> anyhow::Result<Process> {
    let address = service.address().to_string();
    let program = Program::new(program(service.name())?)
        .arg("serve")
        .args(["--listen", &address])
        .args(arguments);
    let process = program.start().await?;
    service.answers().await?;
    Ok(process)
}

#[tokio::test]
async fn what_customer_service_committed_before_the_kill_is_published_after_it_once()
-> anyhow::Result<()> {
    let mut house = House::now().await?;
    let admin = house.caller("admin@blue-harbor.example").await?;
    house.customer.stop().await?;
    let arguments = house.blueprint.organization("customer-service")?;
    let process = serve(&house.customer, arguments).await?;
    house.nats().stop().await;
    let id = &house.world.ids.customers["Blue Harbor Offices"];
    let url = house
        .addresses
        .customer
        .join(&format!("/customers/{id}/employees"))?;
    let person = json!({ "email": "late@blue-harbor.example", "name": "Late", "roles": [] });
    let hired = admin.create(url, &person).await?;
    process.kill().await;

    house.nats().restart().await?;
    house.restart_customer().await?;
    // iam-service waits for the position of the hiring, so it has been published; a position is in the
    // stream at most once, because the relay expects the sequence before it.
    house.settled(&house.iam, &hired).await?;
    Ok(())
}

#[tokio::test]
async fn what_iam_service_committed_before_the_kill_is_published_after_it() -> anyhow::Result<()> {
    let mut house = House::now().await?;
    let admin = house.caller("platform-admin@realguardio.example").await?;
    house.iam.stop().await?;
    let process = serve(&house.iam, house.blueprint.iam()?).await?;
    house.nats().stop().await;
    let person = json!({ "email": "late@realguardio.example", "name": "Late", "roles": [] });
    let invitations = house.addresses.iam.join("/invitations")?;
    let invited = admin.create(invitations, &person).await?;
    process.kill().await;

    house.nats().restart().await?;
    house.restart_iam().await?;
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
    house.security_system.stop().await?;
    let arguments = house.blueprint.security_system()?;
    let process = serve(&house.security_system, arguments).await?;
    house.nats().stop().await;
    let disarm = json!({ "action": "DISARM" });
    let answer = disarmer.put(tower, None, &disarm).await?;
    process.kill().await;

    house.nats().restart().await?;
    house.restart_security_system().await?;
    let source = "security-system-service";
    let system = format!("{source}.security-system.{}", answer.text("id")?);
    let version = answer.body["version"].to_string();
    let event = house.nats().arrives(source, &system, &version).await?;
    assert_eq!(event.state["state"], "DISARMED");
    Ok(())
}
