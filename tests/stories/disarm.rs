//! The main job, and what happens to it when the owner of the facts, or whoever decides, is silent.

use demo_world::api::Api;
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::json;
use url::Url;

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

#[tokio::test]
async fn without_authz_service_nothing_is_decided_and_with_it_everything_again()
-> anyhow::Result<()> {
    let mut house = House::start().await?;
    for strategy in [Strategy::Delegate, Strategy::DelegateLocal] {
        let asking = Asking::of(&house, strategy).await?;
        house.to_authz().cut();
        asking.is_undecided().await?;
        house.to_authz().restore();
        asking.is_decided().await?;

        house.to_authz().black_hole();
        let silence = asking.disarm(&asking.disarmer).await?;
        assert_eq!(silence, StatusCode::SERVICE_UNAVAILABLE);
        house.to_authz().restore();
        asking.is_decided().await?;

        house.sites.authz.stop().await?;
        asking.is_undecided().await?;
        house.restart("authz-service").await?;
        asking.is_decided().await?;
    }
    Ok(())
}

/// People who ask, under one strategy.
struct Asking {
    disarmer: Api,
    stranger: Api,
    armer: Api,
    tower: Url,
    all: Url,
    strategy: Strategy,
}

impl Asking {
    async fn of(house: &House, strategy: Strategy) -> anyhow::Result<Self> {
        Ok(Self {
            disarmer: house.caller("disarmer@blue-harbor.example").await?,
            stranger: house.caller("disarmer@cedar-hill.example").await?,
            armer: house.caller("armer@blue-harbor.example").await?,
            tower: house.system("Harbor Tower")?,
            all: house.addresses.security_system.join("/securitysystems")?,
            strategy,
        })
    }

    async fn disarm(&self, caller: &Api) -> anyhow::Result<StatusCode> {
        let by = [("authorization-strategy", self.strategy.as_str())];
        let body = json!({ "action": "DISARM" });
        let answer = caller.send(Method::PUT, self.tower.clone(), &by, Some(&body));
        Ok(answer.await?.status)
    }

    /// Neither yes nor no, and the system stays what it is.
    async fn is_undecided(&self) -> anyhow::Result<()> {
        for caller in [&self.disarmer, &self.stranger] {
            assert_eq!(self.disarm(caller).await?, StatusCode::SERVICE_UNAVAILABLE);
        }
        let by = [("authorization-strategy", self.strategy.as_str())];
        let list = self.disarmer.send(Method::GET, self.all.clone(), &by, None);
        assert_eq!(list.await?.status, StatusCode::SERVICE_UNAVAILABLE);
        let system = self.disarmer.get(self.tower.clone()).await?;
        assert_eq!(system.body["state"], "ARMED");
        Ok(())
    }

    /// Yes and no, and it is armed again.
    async fn is_decided(&self) -> anyhow::Result<()> {
        assert_eq!(self.disarm(&self.stranger).await?, StatusCode::NOT_FOUND);
        assert_eq!(self.disarm(&self.disarmer).await?, StatusCode::OK);
        let arm = json!({ "action": "ARM" });
        self.armer.put(self.tower.clone(), None, &arm).await?;
        Ok(())
    }
}
