//! `kill -9` between commit and publish: what was committed is published after the restart, once.

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::json;
use testkit::supervise::{Process, Program};

use stories::house::House;

/// The program of a service, which `cargo build` puts beside this one.
fn program(name: &str) -> anyhow::Result<PathBuf> {
    let tests = std::env::current_exe()?;
    let target = tests
        .ancestors()
        .nth(2)
        .context("runs outside of a target directory")?;
    Ok(target.join(name))
}

/// customer-service as a process of its own, at the place of the one that was stopped.
async fn serve(house: &House) -> anyhow::Result<Process> {
    let address = house.customer.address().to_string();
    let service = Program::new(program("customer-service")?)
        .arg("serve")
        .args(["--listen", &address])
        .args(house.blueprint.organization("customer-service")?);
    let process = service.start().await?;
    house.customer.answers().await?;
    Ok(process)
}

#[tokio::test]
async fn what_was_committed_before_the_kill_is_published_after_it_once() -> anyhow::Result<()> {
    let mut house = House::now().await?;
    let admin = house.caller("admin@blue-harbor.example").await?;
    house.customer.stop().await?;
    let process = serve(&house).await?;
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
