//! Who is appointed knows where they serve, and knows it no more once they are dismissed.

use std::collections::BTreeSet;

use demo_world::api::Api;
use reqwest::{Method, StatusCode};
use url::Url;

use stories::house::House;

/// The names of the locations in a list.
async fn names(caller: &Api, list: &Url) -> anyhow::Result<BTreeSet<String>> {
    let body = caller.get(list.clone()).await?.body;
    let items = body["items"].as_array().into_iter().flatten();
    let names = items.map(|it| it["name"].as_str().unwrap_or_default());
    Ok(names.map(str::to_owned).collect())
}

#[tokio::test]
async fn a_dealer_and_its_provider_see_where_they_serve_until_they_are_dismissed()
-> anyhow::Result<()> {
    let house = House::start().await?;
    let ids = &house.world.ids;
    let keystone = format!("/dealers/{}/locations", ids.dealers["Keystone Security"]);
    let keystone = house.addresses.dealer.join(&keystone)?;
    let watchtower = &ids.providers["Watchtower Monitoring"];
    let watchtower = format!("/monitoring-providers/{watchtower}/locations");
    let watchtower = house.addresses.monitoring.join(&watchtower)?;
    let dealer = house.caller("admin@keystone.example").await?;
    let provider = house.caller("admin@watchtower.example").await?;
    let served = ["Cedar Hill Main", "Harbor Tower", "Harbor Warehouse"].map(str::to_owned);
    assert_eq!(
        names(&dealer, &keystone).await?,
        BTreeSet::from(served.clone())
    );
    assert_eq!(names(&provider, &watchtower).await?, BTreeSet::from(served));

    for (account, list, status) in [
        (
            "technician@keystone.example",
            &keystone,
            StatusCode::FORBIDDEN,
        ),
        ("admin@lantern.example", &keystone, StatusCode::NOT_FOUND),
        (
            "admin@blue-harbor.example",
            &watchtower,
            StatusCode::NOT_FOUND,
        ),
    ] {
        let caller = house.caller(account).await?;
        let answer = caller.send(Method::GET, list.clone(), &[], None).await?;
        assert_eq!(answer.status, status, "{account}");
    }

    let customer = &ids.customers["Blue Harbor Offices"];
    let tower = &ids.locations["Harbor Tower"];
    let appointment = format!("/customers/{customer}/locations/{tower}/dealer");
    let appointment = house.addresses.customer.join(&appointment)?;
    let admin = house.caller("admin@blue-harbor.example").await?;
    let dismissed = admin.send(Method::DELETE, appointment, &[], None).await?;
    assert_eq!(dismissed.status, StatusCode::OK, "{}", dismissed.body);
    let left = BTreeSet::from(["Cedar Hill Main", "Harbor Warehouse"].map(str::to_owned));
    assert_eq!(names(&dealer, &keystone).await?, left);
    assert_eq!(names(&provider, &watchtower).await?, left);
    Ok(())
}
