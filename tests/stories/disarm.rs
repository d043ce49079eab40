//! The main job, and what happens to it when the owner of the facts is silent.

use reqwest::{Method, StatusCode};
use serde_json::json;

use stories::house::House;

#[tokio::test]
async fn a_disarmer_disarms_and_history_says_why() -> anyhow::Result<()> {
    let house = House::start().await?;
    let disarmer = house.caller("disarmer@blue-harbor.example").await?;
    let tower = house.system("Harbor Tower")?;
    let answer = disarmer
        .put(tower.clone(), None, &json!({ "action": "DISARM" }))
        .await?;
    assert_eq!(answer.body["state"], "DISARMED");
    assert_eq!(answer.header("authorization-strategy"), Some("fetch"));
    let history = disarmer.get(format!("{tower}/history").parse()?).await?;
    let newest = &history.body["items"][0];
    assert_eq!(newest["by"]["name"], "Dario Conti");
    assert_eq!(newest["authorizedBy"]["grants"][0]["path"], "customer");
    Ok(())
}

#[tokio::test]
async fn while_the_owner_is_cut_off_nothing_is_decided_and_nothing_changes() -> anyhow::Result<()> {
    let house = House::start().await?;
    let disarmer = house.caller("disarmer@blue-harbor.example").await?;
    let tower = house.system("Harbor Tower")?;
    house.to_customers().cut();
    let body = json!({ "action": "DISARM" });
    let answer = disarmer
        .send(Method::PUT, tower.clone(), &[], Some(&body))
        .await?;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.header("retry-after").is_some());
    house.to_customers().restore();
    let system = disarmer.get(tower).await?;
    assert_eq!(system.body["state"], "ARMED");
    Ok(())
}
