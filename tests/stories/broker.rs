//! The broker is stopped, slow, cut off from one side, and loses all that it has stored, while the services run as
//! processes of their own: nothing is lost, and whoever keeps facts catches up.

use std::time::Duration;

use demo_world::api::{Answer, Api};
use reqwest::StatusCode;
use serde_json::json;
use url::Url;

use stories::house::House;
use stories::trouble::Jury;

const PUBLISHER: &str = "customer-service";
const READER: &str = "security-system-service";

/// Somebody whose roles change.
struct Person {
    administrator: Api,
    roles: Url,
    wants: [&'static str; 2],
}

impl Person {
    async fn of(house: &House) -> anyhow::Result<Self> {
        let customer = &house.world.ids.customers["Blue Harbor Offices"];
        let employee = &house.world.ids.employees["viewer@blue-harbor.example"];
        let roles = format!("/customers/{customer}/employees/{employee}/roles");
        let administrator = house.caller("admin@blue-harbor.example").await?;
        Ok(Self {
            administrator: administrator.sharing(house.world.seen.clone()),
            roles: house.addresses.customer.join(&roles)?,
            wants: ["SECURITY_SYSTEM_DISARMER", "SECURITY_SYSTEM_ARMER"],
        })
    }

    /// Loses the roles that they have, and gets another.
    async fn changes(&mut self) -> anyhow::Result<Answer> {
        self.wants.reverse();
        let body = json!({ "roles": [self.wants[0]] });
        self.administrator
            .put(self.roles.clone(), None, &body)
            .await
    }
}

/// Waits until it is told that a service knows of a write.
async fn catches_up(house: &House, service: &str, written: &Answer) -> anyhow::Result<()> {
    let sites = &house.sites;
    let service = if service == READER {
        &sites.security_system
    } else {
        &sites.iam
    };
    let patience = Duration::from_mins(1);
    let knows = async { while house.settled(service, written).await.is_err() {} };
    Ok(tokio::time::timeout(patience, knows).await?)
}

async fn is_told_of(house: &House, written: &Answer, jury: &mut Jury) -> anyhow::Result<()> {
    for service in [READER, "iam-service"] {
        catches_up(house, service, written).await?;
    }
    assert_eq!(jury.agree().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn whatever_happens_to_the_broker_nothing_is_lost() -> anyhow::Result<()> {
    let mut house = House::of_processes().await?;
    let mut jury = Jury::summon(&house).await?;
    let mut person = Person::of(&house).await?;

    house.nats().stop().await;
    let written = person.changes().await?;
    assert_eq!(written.status, StatusCode::OK);
    house.nats().restart().await?;
    is_told_of(&house, &written, &mut jury).await?;

    for name in [PUBLISHER, READER] {
        house.to_broker(name).delay(Duration::from_millis(100));
    }
    let written = person.changes().await?;
    is_told_of(&house, &written, &mut jury).await?;

    for name in [PUBLISHER, READER] {
        house.to_broker(name).restore();
        house.to_broker(name).cut();
        let written = person.changes().await?;
        let reader = &house.sites.security_system;
        assert!(
            house.settled(reader, &written).await.is_err(),
            "{name} is cut off"
        );
        house.to_broker(name).restore();
        is_told_of(&house, &written, &mut jury).await?;
    }

    let before = person.changes().await?;
    house.nats().lose_storage().await?;
    let written = person.changes().await?;
    is_told_of(&house, &before, &mut jury).await?;
    is_told_of(&house, &written, &mut jury).await
}
