//! Two instances of every service on the same databases, relays and workers and all: the same results.

use demo_world::visitor::Visitor;
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::json;

use stories::house::{House, PASSWORD, Twins};
use stories::worlds::Laboratory;

#[tokio::test]
async fn two_instances_of_every_service_are_as_good_as_one() -> anyhow::Result<()> {
    let laboratory = Laboratory::doubled(1).await?;
    let findings = laboratory.world(11).await?;
    assert_eq!(findings.disagreements.len(), 0, "{findings}: {findings:?}");
    assert!(findings.questions > 300, "too little was asked: {findings}");
    let (house, Some(twins)) = laboratory.house() else {
        panic!("no twins");
    };
    both_show_the_same(house, twins).await?;
    a_choice_counts_at_both(house, twins).await?;
    a_session_is_good_at_both(house, twins).await
}

async fn both_show_the_same(house: &House, twins: &Twins) -> anyhow::Result<()> {
    for account in &house.world.accounts {
        let caller = house.provided(&account.email).await?;
        let caller = caller.sharing(house.world.seen.clone());
        let mut shown = Vec::new();
        for strategy in Strategy::ALL {
            let by = [("authorization-strategy", strategy.as_str())];
            let mut bodies = Vec::new();
            for at in [&house.addresses, &twins.addresses] {
                let all = at.security_system.join("/securitysystems")?;
                let answer = caller.send(Method::GET, all, &by, None).await?;
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
                assert_eq!(answer.header(by[0].0), Some(by[0].1));
                bodies.push(answer.body);
            }
            assert_eq!(bodies[0], bodies[1], "{strategy}");
            // A token does not tell a team's role from another: what is missing may be something else.
            if strategy != Strategy::Provide {
                shown.append(&mut bodies);
            }
        }
        assert!(shown.windows(2).all(|pair| pair[0] == pair[1]), "{shown:?}");
    }
    Ok(())
}

/// A strategy that was chosen at one decides at the other, once that tells of it, and history there names it.
async fn a_choice_counts_at_both(house: &House, twins: &Twins) -> anyhow::Result<()> {
    let [here, there] = [&house.addresses, &twins.addresses].map(|at| &at.security_system);
    let administrator = house.caller("platform-admin@realguardio.example").await?;
    let choice = json!({ "strategy": "replicate" });
    let disarming = here.join("/strategies/disarm")?;
    administrator.put(disarming, None, &choice).await?;
    let told = administrator.get(there.join("/strategies")?).await?;
    assert_eq!(told.body["operations"][2]["strategy"], "replicate");
    let disarmer = house.caller("disarmer@blue-harbor.example").await?;
    let tower = there.join(house.system("Harbor Tower")?.path())?;
    let action = json!({ "action": "DISARM" });
    let done = disarmer.put(tower, None, &action).await?;
    assert_eq!(done.header("authorization-strategy"), Some("replicate"));
    let back = there.join("/strategies/disarm")?;
    let back = administrator.send(Method::DELETE, back, &[], None).await?;
    assert_eq!(back.body["strategy"], "fetch");
    Ok(())
}

async fn a_session_is_good_at_both(house: &House, twins: &Twins) -> anyhow::Result<()> {
    let mut visitor = Visitor::new(house.client.clone());
    let login = house.origin.join("/bff/login?returnTo=/")?;
    let email = "disarmer@blue-harbor.example";
    visitor.enter(login, email, PASSWORD).await?;
    let systems = async |bff: &url::Url| {
        let systems = bff.join("/api/securitysystems")?;
        anyhow::Ok(visitor.call(Method::GET, systems).await?.status())
    };
    assert_eq!(systems(&twins.bff).await?, StatusCode::OK);
    assert_eq!(systems(&house.origin).await?, StatusCode::OK);
    let logout = twins.bff.join("/bff/logout")?;
    visitor.call(Method::POST, logout).await?;
    assert_eq!(systems(&house.origin).await?, StatusCode::UNAUTHORIZED);
    Ok(())
}
