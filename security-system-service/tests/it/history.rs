//! Who did what, and why that was allowed.

use access::Schedule;
use access::SystemRole::{Armer, Disarmer};
use security_system_service::authorization::{Basis, Strategy};
use serde_json::{Value, json};

use crate::pdp::POLICIES;
use crate::world::{
    ARMER, DISARMER, GUARD, TOWER, VIEWER, World, employment, location_id, path, team, user,
};

#[tokio::test]
async fn the_history_tells_it_newest_first() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        world.alarm(system).await.expect(202);
        world.act(GUARD, system, "ACKNOWLEDGE").await.expect(200);
        let told: Vec<_> = world.history(system).await;
        let actions: Vec<_> = told
            .iter()
            .map(|entry| entry["action"].as_str().unwrap())
            .collect();
        assert_eq!(actions, ["ACKNOWLEDGE", "ALARM", "ARM"]);

        let by_person = &told[0];
        assert_eq!(
            by_person["by"],
            json!({ "userId": user(GUARD), "name": "Person 4" })
        );
        assert_eq!(
            (&by_person["from"], &by_person["to"]),
            (&json!("ALARMED"), &json!("ARMED"))
        );
        assert_eq!(by_person["at"], "2026-11-22T12:00:00Z");
        let basis = &by_person["authorizedBy"];
        assert_eq!(basis["strategy"], strategy.as_str());
        assert_eq!(basis["factsAgeMs"], 0);
        let by_policies = matches!(strategy, Strategy::Delegate | Strategy::DelegateLocal);
        assert_eq!(
            basis["policyVersion"],
            json!(by_policies.then_some(POLICIES))
        );
        let grant = &basis["grants"][0];
        assert_eq!(grant["path"], "location");
        assert_eq!(grant["role"], "SECURITY_SYSTEM_DISARMER");
        assert_eq!(grant["at"]["name"], "Harbor Tower");
        assert_eq!(grant["schedule"], Value::Null);
        let basis: Basis = serde_json::from_value(basis.clone()).unwrap();
        assert_eq!(
            basis.to_string(),
            "SECURITY_SYSTEM_DISARMER at Harbor Tower; facts 0 ms old",
            "in the log"
        );

        let by_machine = &told[1];
        assert_eq!(
            by_machine["by"],
            json!({ "userId": null, "name": "panel-simulator" })
        );
        assert_eq!(by_machine["authorizedBy"], Value::Null);
    }
}

#[tokio::test]
async fn it_comes_in_pages() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.system(TOWER).await;
        for _ in 0..3 {
            world.act(ARMER, system, "ARM").await.expect(200);
            world.act(DISARMER, system, "DISARM").await.expect(200);
        }
        let mut versions = Vec::new();
        let mut page = String::new();
        loop {
            let address = format!("{}/history?limit=4{page}", path(system));
            let answer = world.get(VIEWER, &address).await.expect(200);
            let items = answer.body["items"].as_array().unwrap();
            versions.extend(items.iter().map(|entry| entry["version"].as_i64().unwrap()));
            let Some(next) = answer.body["nextPage"].as_str() else {
                break;
            };
            page = format!("&page={next}");
        }
        assert_eq!(versions, [7, 6, 5, 4, 3, 2]);
    }
}

/// As long as a schedule may be that is always open.
fn long() -> Schedule {
    let days = [
        "MONDAY",
        "TUESDAY",
        "WEDNESDAY",
        "THURSDAY",
        "FRIDAY",
        "SATURDAY",
        "SUNDAY",
    ];
    let quarters = [
        ("00:00", "06:00"),
        ("06:00", "12:00"),
        ("12:00", "18:00"),
        ("18:00", "24:00"),
    ];
    let windows = days
        .map(|day| quarters.map(|(start, end)| json!({ "day": day, "start": start, "end": end })));
    let schedule = json!({ "timeZone": "UTC", "windows": windows.concat(), "exceptions": [] });
    serde_json::from_value(schedule).unwrap()
}

/// All parts of a history, each as the versions that it tells.
async fn parts(world: &World, system: access::SystemId) -> Vec<Vec<i64>> {
    let mut parts = Vec::new();
    let mut page = String::new();
    loop {
        let address = format!("{}/history?limit=100{page}", path(system));
        let answer = world.get(VIEWER, &address).await.expect(200);
        assert!(answer.body.to_string().len() < 512 * 1024);
        let items = answer.body["items"].as_array().unwrap().iter();
        parts.push(items.map(|it| it["version"].as_i64().unwrap()).collect());
        let Some(next) = answer.body["nextPage"].as_str() else {
            return parts;
        };
        page = format!("&page={next}");
    }
}

#[tokio::test]
async fn a_part_of_it_is_never_long_however_much_an_entry_tells() {
    const BUSY: u128 = 50;
    let world = World::start().await;
    let system = world.system(TOWER).await;
    let mut busy = employment(BUSY, 1, &[Armer, Disarmer]);
    busy.schedule = Some(long());
    let teams = (11..=30).map(|n| {
        let mut team = team(n, busy.organization, &[&busy]);
        team.roles = [(location_id(TOWER), [Armer, Disarmer].into())].into();
        team
    });
    let teams: Vec<_> = teams.collect();
    world.owner.books().teams.extend(teams);
    world.owner.books().employments.push(busy);
    for action in ["ARM", "DISARM"].repeat(6) {
        world.act(BUSY, system, action).await.expect(200);
    }
    let parts = parts(&world, system).await;
    assert!(parts.len() > 1, "{parts:?}");
    assert!(parts.iter().all(|part| !part.is_empty()), "{parts:?}");
    assert_eq!(parts.concat(), (2..=13).rev().collect::<Vec<_>>());
}
