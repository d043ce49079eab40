//! What tokens claim of facts, for whom, and what becomes of it when the owners are silent or have too much to tell.

use iam_claims::{Claims, Untold};
use serde_json::{Value, json};
use testkit::owner::Owner;
use testkit::proxy::ChaosProxy;
use url::Url;

use crate::client::decode;
use crate::service::{Options, Service};

const ADA: &str = "ada@example.com";

/// Three owners of facts, and iam-service that asks them.
struct Owned {
    service: Service,
    customers: Owner,
    dealers: Owner,
    monitoring: Owner,
    /// The way to dealer-service.
    network: ChaosProxy,
}

fn id(n: usize) -> String {
    format!("01936d00-0000-7000-8000-{n:012x}")
}

fn employment(user: &Value, n: usize, kind: &str, roles: &[&str]) -> Value {
    json!({
        "id": id(n), "user": user, "organization": { "kind": kind, "id": id(n) },
        "organizationName": format!("The {kind}"), "roles": roles, "locationRoles": {}, "schedule": null,
    })
}

fn location(n: usize) -> Value {
    json!({ "id": id(n), "name": "Somewhere", "customer": id(9), "dealer": id(20), "provider": null, "version": 1 })
}

/// Ada looks for a customer, has a team there, and watches for the provider of a dealer with so many locations.
async fn owned(served: usize) -> anyhow::Result<Owned> {
    let customers = Owner::start(move |path, about| match path {
        "/facts/user" if about["page"].is_null() => {
            json!({ "employments": [], "teams": [], "nextPage": "the rest" })
        }
        "/facts/user" => json!({
            "employments": [employment(&about["userId"], 9, "customer", &["SECURITY_SYSTEM_VIEWER"])],
            "teams": [{
                "id": id(5), "name": "Night Watch", "organization": { "kind": "customer", "id": id(9) },
                "members": [id(9)], "roles": { (id(77)): ["SECURITY_SYSTEM_ARMER"] },
            }],
            "nextPage": null,
        }),
        "/facts/locations-served" => {
            let most = usize::try_from(about["limit"].as_u64().unwrap()).unwrap();
            let locations: Vec<_> = (1000..1000 + served.min(most)).map(location).collect();
            let next = (served > most).then(|| id(999));
            json!({ "locations": locations, "nextPage": next })
        }
        "/facts/locations" => json!({ "locations": [location(77)] }),
        other => panic!("{other}"),
    });
    let dealers = Owner::start(|path, _| match path {
        "/facts/user" => json!({ "employments": [], "teams": [], "nextPage": null }),
        "/facts/dealers-served" | "/facts/dealers" => {
            json!({ "dealers": [{ "id": id(20), "provider": id(30) }], "nextPage": null })
        }
        other => panic!("{other}"),
    });
    let monitoring = Owner::start(|path, about| match path {
        "/facts/user" => {
            let watches = ["SECURITY_SYSTEM_DISARMER"];
            let watches = employment(&about["userId"], 30, "provider", &watches);
            json!({ "employments": [watches], "teams": [], "nextPage": null })
        }
        other => panic!("{other}"),
    });
    let (customers, dealers, monitoring) = tokio::join!(customers, dealers, monitoring);
    let network = ChaosProxy::start(dealers.url.socket_addrs(|| None)?[0]).await?;
    let to_dealers: Url = format!("http://{}", network.address()).parse()?;
    let service = Service::start_with(Options {
        owners: Some([customers.url.clone(), to_dealers, monitoring.url.clone()]),
        ..Options::default()
    })
    .await?;
    service.user(ADA, "Ada").await?;
    Ok(Owned {
        service,
        customers,
        dealers,
        monitoring,
        network,
    })
}

fn claims(token: &str) -> anyhow::Result<Claims> {
    let (_, all) = decode(token)?;
    Ok(Claims::read(&all["facts"].to_string())?)
}

#[tokio::test]
async fn what_the_owners_grant_is_claimed() -> anyhow::Result<()> {
    let owned = owned(2).await?;
    let token = owned.service.access_token(ADA).await?;
    let (_, all) = decode(&token)?;
    let facts = &all["facts"];
    assert_eq!(facts["version"], 1);
    let employments = facts["employments"].as_array().unwrap();
    assert_eq!(employments.len(), 2);
    assert_eq!(employments[0]["name"], "The customer");
    assert!(employments[0]["schedule"].is_null() && employments[0].get("schedule").is_some());
    let (watches, team) = ("SECURITY_SYSTEM_DISARMER", "SECURITY_SYSTEM_ARMER");
    let reach = json!([
        { "employment": id(9), "roles": [team], "locations": [id(77)] },
        // The team's location too: its dealer has the same provider.
        { "employment": id(30), "roles": [watches], "locations": [id(77), id(1000), id(1001)] },
    ]);
    assert_eq!(facts["reach"], reach);
    for owner in [&owned.customers, &owned.dealers, &owned.monitoring] {
        let asked = owner.asked();
        assert_eq!(asked[0].body["userId"], all["userId"]);
    }
    Ok(())
}

/// Under the name of a customer, or to somebody else.
#[tokio::test]
async fn an_owner_that_tells_of_what_is_not_its_own_has_told_nothing() -> anyhow::Result<()> {
    for (kind, about_her) in [("customer", true), ("dealer", false)] {
        let tell = move |path: &str, about: &Value| match path {
            "/facts/user" => {
                let other = json!(id(98));
                let user = if about_her { &about["userId"] } else { &other };
                let held = employment(user, 9, kind, &["SECURITY_SYSTEM_DISARMER"]);
                json!({ "employments": [held], "teams": [], "nextPage": null })
            }
            _ => json!({ "dealers": [], "nextPage": null }),
        };
        let impostor = Owner::start(tell).await;
        let nothing =
            |_: &str, _: &Value| json!({ "employments": [], "teams": [], "nextPage": null });
        let (customers, monitoring) = tokio::join!(Owner::start(nothing), Owner::start(nothing));
        let service = Service::start_with(Options {
            owners: Some([&customers, &impostor, &monitoring].map(|owner| owner.url.clone())),
            ..Options::default()
        });
        let service = service.await?;
        service.user(ADA, "Ada").await?;
        assert_eq!(
            claims(&service.access_token(ADA).await?)?,
            Claims::unavailable()
        );
    }
    Ok(())
}

#[tokio::test]
async fn each_refresh_asks_again_as_fresh_as_is_known() -> anyhow::Result<()> {
    let owned = owned(0).await?;
    let tokens = owned.service.tokens(ADA).await?;
    drop(owned.customers.asked());
    let known = r#"customer-service="1:7", dealer-service="1:8""#;
    // Without a broker nothing arrives here, so what iam-service itself hears of is not waited for.
    let refreshed = owned.service.refresh(&tokens.text("refresh_token")).await?;
    assert!(claims(&refreshed.text("access_token"))?.reach().is_ok());
    let asked = owned.customers.asked();
    assert_eq!(asked.len(), 4, "{asked:?}");
    let (_, all) = decode(&refreshed.text("access_token"))?;
    let user = all["userId"].as_str().unwrap().parse()?;
    owned.service.app.facts_about(user, &known.parse()?).await;
    let asked = owned.customers.asked();
    let token = asked[0].consistency_token.as_deref();
    assert_eq!(token, Some(r#"customer-service="1:7""#));
    Ok(())
}

#[tokio::test]
async fn nobody_is_asked_for_whoever_comes_with_what_is_no_good() -> anyhow::Result<()> {
    let owned = owned(0).await?;
    let service = &owned.service;
    let first = service.tokens(ADA).await?.text("refresh_token");
    let second = service.refresh(&first).await?.text("refresh_token");
    let code = service.code(ADA).await?;
    drop(owned.customers.asked());
    let other_verifier = [("code_verifier", &*"v".repeat(43))];
    let other_address = [("redirect_uri", "https://app.example/elsewhere")];
    let other_service = [("resource", "nobody's")];
    for changed in [other_verifier, other_address, other_service] {
        assert_eq!(service.redeem_with(&code, &changed).await?.status, 400);
    }
    let all = [("scope", "everything")];
    assert_eq!(service.refresh_with(&second, &all).await?.status, 400);
    let other = service.refresh_with(&second, &other_service).await?;
    assert_eq!(other.error(), (400, "invalid_target"));
    assert_eq!(owned.customers.asked(), []);

    let third = service.refresh(&second).await?.text("refresh_token");
    service.redeem(&code).await?;
    assert_ne!(owned.customers.asked(), []);
    for replayed in [service.refresh(&first).await?, service.redeem(&code).await?] {
        assert_eq!(replayed.error(), (400, "invalid_grant"));
    }
    assert_eq!(service.refresh(&third).await?.status, 400, "revoked");
    assert_eq!(owned.customers.asked(), []);
    Ok(())
}

#[tokio::test]
async fn only_tokens_of_a_client_that_is_trusted_with_it_claim_anything() -> anyhow::Result<()> {
    let owned = owned(0).await?;
    let service = &owned.service;
    let mut app = service.app.clients.get("app").unwrap().clone();
    let user = service.access_token(ADA).await?;
    let (_, all) = decode(&user)?;
    let user = all["userId"].as_str().unwrap().parse()?;
    let known = "".parse()?;
    drop(owned.customers.asked());
    app.tells_facts = false;
    assert_eq!(service.app.gather(&app, user, &known).await, None);
    assert_eq!(owned.customers.asked(), []);
    let cli = service.app.clients.get("realguardio-cli").unwrap();
    assert_eq!(service.app.gather(cli, user, &known).await, None);
    Ok(())
}

#[tokio::test]
async fn a_silent_owner_keeps_nobody_out() -> anyhow::Result<()> {
    let owned = owned(2).await?;
    owned.network.cut();
    let tokens = owned.service.tokens(ADA).await?;
    let told = claims(&tokens.text("access_token"))?;
    assert_eq!(told.employments(), Err(Untold::Unavailable));
    let refreshed = owned.service.refresh(&tokens.text("refresh_token")).await?;
    assert_eq!(refreshed.status, 200);
    owned.network.restore();
    owned.network.black_hole();
    let refreshed = owned
        .service
        .refresh(&refreshed.text("refresh_token"))
        .await?;
    assert_eq!(refreshed.status, 200);
    let told = claims(&refreshed.text("access_token"))?;
    assert_eq!(told.reach(), Err(Untold::Unavailable));
    Ok(())
}

#[tokio::test]
async fn what_does_not_fit_is_left_out() -> anyhow::Result<()> {
    for served in [100, 149, 151, 5_000] {
        let owned = owned(served).await?;
        let token = owned.service.access_token(ADA).await?;
        let told = claims(&token)?;
        assert_eq!(told.reach(), Err(Untold::Overflow), "{served}");
        assert_eq!(told.employments().unwrap().len(), 2);
        assert!(token.len() < 8 * 1024, "{}", token.len());
        let owned = owned_calls(&owned);
        assert!(owned < 12, "not asked for to its end: {owned}");
    }
    let owned = owned(80).await?;
    let token = owned.service.access_token(ADA).await?;
    assert_eq!(claims(&token)?.reach().unwrap().len(), 2);
    assert!(token.len() < 8 * 1024 - 1024, "{}", token.len());
    Ok(())
}

fn owned_calls(owned: &Owned) -> usize {
    let owners = [&owned.customers, &owned.dealers, &owned.monitoring];
    owners.map(|owner| owner.asked().len()).iter().sum()
}
