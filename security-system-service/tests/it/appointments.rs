//! Who was appointed: people of dealers and of monitoring providers, asked of three owners.

use http::Method;
use security_system_service::authorization::Strategy;
use serde_json::json;

use crate::world::{
    ANNEX, Answer, CLINIC, DISARMER, INSTALLER, LANTERN, OPERATOR, STRANGER, TECHNICIAN, TOWER,
    VIEWER, WAREHOUSE, World, customer, dealer, employed, location, location_id, path, providers,
};

fn names(answer: &Answer) -> Vec<&str> {
    let items = answer.body["items"].as_array().unwrap().iter();
    items
        .map(|item| item["location"]["name"].as_str().unwrap())
        .collect()
}

async fn list(world: &World, who: u128) -> Answer {
    world.get(who, "/securitysystems").await.expect(200)
}

#[tokio::test]
async fn people_of_the_appointed_dealer_and_of_its_provider_act() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        for (who, path, at) in [
            (TECHNICIAN, "dealer", "Dealer 1"),
            (INSTALLER, "team", "Team 1"),
            (OPERATOR, "provider", "Provider 1"),
        ] {
            let done = world.act(who, system, "DISARM").await.expect(200);
            let basis = &done.body["authorizedBy"];
            assert_eq!(basis["grants"][0]["path"], path);
            assert_eq!(basis["grants"][0]["at"]["name"], at);
            assert_eq!(basis["partial"], false);
            world.act(TECHNICIAN, system, "ARM").await.expect(200);
        }
        let denied = world.act(INSTALLER, system, "ARM").await.expect(403);
        assert_eq!(denied.body["missing"]["path"], "dealer");
    }
}

#[tokio::test]
async fn a_missing_appointment_is_an_empty_branch() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let annex = world.system(ANNEX).await;
        for who in [TECHNICIAN, INSTALLER, OPERATOR, LANTERN] {
            world.act(who, annex, "ARM").await.expect(404);
        }
        let tower = world.system(TOWER).await;
        world.get(OPERATOR, &path(tower)).await.expect(200);
        world.dealers.books().dealers.insert(dealer(1), None);
        world.get(OPERATOR, &path(tower)).await.expect(404);
        world.dealers.books().dealers.clear();
        world.get(OPERATOR, &path(tower)).await.expect(404);
    }
}

#[tokio::test]
async fn the_second_hop_is_made_for_people_of_providers_and_only_for_them() {
    let world = World::start().await;
    let (tower, annex) = (world.armed().await, world.system(ANNEX).await);
    let asked = async |who, system, action| {
        world.dealers.asked();
        let answer = world.act(who, system, action).await;
        (answer.status, world.dealers.asked())
    };
    let [decision, dealers] = ["/facts/decision", "/facts/dealers"].map(ToOwned::to_owned);
    let told = asked(TECHNICIAN, tower, "DISARM").await;
    assert_eq!(told, (200, vec![decision.clone()]));
    for (system, status) in [(tower, 200), (annex, 404)] {
        let told = asked(OPERATOR, system, "DISARM").await;
        assert_eq!(told, (status, vec![decision.clone(), dealers.clone()]));
    }
}

#[tokio::test]
async fn lists_hold_what_is_served() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        for at in [WAREHOUSE, TOWER, CLINIC, ANNEX] {
            world.system(at).await;
        }
        let served = ["Harbor Tower", "Harbor Warehouse", "Cedar Hill Main"];
        assert_eq!(names(&list(&world, TECHNICIAN).await), served);
        assert_eq!(names(&list(&world, OPERATOR).await), served);
        assert_eq!(names(&list(&world, INSTALLER).await), ["Harbor Tower"]);
        assert!(names(&list(&world, LANTERN).await).is_empty());

        // A team's location, and no role at the provider itself.
        let watcher = employed(99, providers(1), &[]);
        let mut team = crate::world::team(9, providers(1), &[&watcher]);
        let viewer = access::SystemRole::Viewer;
        team.roles = [TOWER, ANNEX]
            .map(|at| (location_id(at), [viewer].into()))
            .into();
        world.monitoring.books().employments.push(watcher);
        world.monitoring.books().teams.push(team);
        assert_eq!(names(&list(&world, 99).await), ["Harbor Tower"]);
    }
}

#[tokio::test]
async fn a_page_takes_as_many_calls_however_much_is_served() {
    let world = World::start().await;
    for n in 0..1200 {
        let mut location = location(0x1000 + n, &format!("Unit {n}"), 1);
        location.dealer = Some(dealer(1));
        let mut books = world.owner.books();
        books.locations.insert(location.id, (location, 1));
    }
    // Put into service by hand, at every third: this is about reading.
    let system = sqlx::query(
        "insert into system (id, location_id, customer_id, lifecycle, state, version, location_version, installed_by)
         select gen_random_uuid(), ('00000000-0000-0000-0000-' || lpad(to_hex(4096 + n), 12, '0'))::uuid, $1, 'ACTIVE', 'ARMED', 1, 1, $1
         from generate_series(0, 1199, 3) n",
    );
    let system = system.bind(customer(1).as_uuid());
    system.execute(world.database.pool()).await.unwrap();

    for who in [TECHNICIAN, OPERATOR] {
        let mut seen = 0;
        let mut page = String::new();
        loop {
            world.owner.asked();
            world.dealers.asked();
            let address = format!("/securitysystems?limit=100{page}");
            let part = world.get(who, &address).await.expect(200);
            let calls = world.owner.asked().len() + world.dealers.asked().len();
            assert!(calls <= 6, "{calls}");
            seen += part.body["items"].as_array().unwrap().len();
            match part.body["nextPage"].as_str() {
                Some(next) => page = format!("&page={next}"),
                None => break,
            }
        }
        assert_eq!(seen, 400);
    }
}

#[tokio::test]
async fn a_grant_is_a_proof_whatever_else_is_unknown() {
    let world = World::start().await;
    let system = world.armed().await;
    for (silent, who) in [
        (&world.to_dealers, DISARMER),
        (&world.to_monitoring, DISARMER),
        (&world.to_monitoring, TECHNICIAN),
    ] {
        silent.cut();
        let done = world.act(who, system, "DISARM").await.expect(200);
        assert_eq!(done.body["authorizedBy"]["partial"], true);
        assert_eq!(done.body["reasons"]["DISARM"], "already-disarmed");
        silent.restore();
        world.act(TECHNICIAN, system, "ARM").await.expect(200);
    }
    let told = &world.history(system).await[1]["authorizedBy"];
    assert_eq!(told["partial"], true);
}

#[tokio::test]
async fn a_silent_owner_is_waited_for_and_then_a_proof_decides() {
    let world = World::start_with(&["--facts-deadline", "200ms"]).await;
    let system = world.armed().await;
    world.to_monitoring.black_hole();
    let done = world.act(DISARMER, system, "DISARM").await.expect(200);
    assert_eq!(done.body["authorizedBy"]["partial"], true);
    world.act(STRANGER, system, "DISARM").await.expect(503);
}

#[tokio::test]
async fn where_something_is_unknown_nothing_is_denied() {
    let world = World::start().await;
    let system = world.armed().await;
    let absent = uuid::Uuid::from_u128(77).into();
    world.to_dealers.cut();
    for who in [TECHNICIAN, OPERATOR, STRANGER, VIEWER] {
        let answer = world.act(who, system, "DISARM").await.expect(503);
        assert_eq!(answer.problem(), "undecided");
        world.act(who, absent, "DISARM").await.expect(503);
        world.get(who, "/securitysystems").await.expect(503);
    }
    let seen = world.get(VIEWER, &path(system)).await.expect(200);
    let undecided =
        json!({ "ARM": "undecided", "DISARM": "undecided", "ACKNOWLEDGE": "undecided" });
    assert_eq!(seen.body["reasons"], undecided);
    assert_eq!(seen.body["missing"], json!({}));

    world.to_dealers.restore();
    world.network.cut();
    let answer = world.act(TECHNICIAN, system, "DISARM").await;
    answer.expect(503);
}

#[tokio::test]
async fn a_deployment_may_do_without_dealers() {
    let world = World::start().await;
    let system = world.armed().await;
    let alone = world.without_dealers();
    let done = alone.act(DISARMER, system, "DISARM").await.expect(200);
    assert_eq!(done.body["authorizedBy"]["partial"], false);
    alone.act(TECHNICIAN, system, "DISARM").await.expect(404);
    let known = [("consistency-token", r#"dealer-service="1:7""#)];
    let denied = alone.act_with(VIEWER, system, "ARM", &known).await;
    assert_eq!(denied.expect(403).problem(), "not-an-armer");
    let body = json!({ "locationId": location_id(WAREHOUSE) });
    let token = alone.token(crate::world::DEALER_ADMIN);
    alone
        .send(&token, Method::POST, "/securitysystems", &[], Some(body))
        .await
        .expect(403);
}
