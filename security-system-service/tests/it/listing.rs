//! The list: exactly what the caller may view, in order, in pages.

use access::{SystemId, SystemRole};
use jiff::SignedDuration;
use security_system_service::authorization::Strategy;
use serde_json::{Value, json};
use testkit::logged::{logged, statements};

use crate::world::{
    ANNEX, ARMER, Answer, CLINIC, DISARMER, GUARD, OFF_SHIFT, STRANGER, TECHNICIAN, TOWER, VIEWER,
    WAREHOUSE, World, customer, dealer, employment, location, location_id, path, user,
};

fn names(answer: &Answer) -> Vec<&str> {
    let items = answer.body["items"].as_array().unwrap().iter();
    items
        .map(|item| item["location"]["name"].as_str().unwrap())
        .collect()
}

async fn all_systems(world: &World) {
    for at in [WAREHOUSE, TOWER, CLINIC, ANNEX] {
        world.system(at).await;
    }
}

#[tokio::test]
async fn everybody_sees_what_is_theirs_in_the_order_of_locations() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        all_systems(&world).await;
        for (who, sees) in [
            (
                VIEWER,
                vec!["Harbor Tower", "Harbor Warehouse", "Harbor Annex"],
            ),
            (
                OFF_SHIFT,
                vec!["Harbor Tower", "Harbor Warehouse", "Harbor Annex"],
            ),
            (GUARD, vec!["Harbor Tower"]),
            (STRANGER, vec!["Cedar Hill Main"]),
            (99, vec![]),
        ] {
            let list = world.get(who, "/securitysystems").await.expect(200);
            assert_eq!(names(&list), sees, "{who}");
            assert_eq!(list.body["nextPage"], json!(null));
            assert_eq!(
                list.header("authorization-strategy"),
                Some(strategy.as_str())
            );
            assert_eq!(list.header("age"), Some("0"));
        }
    }
}

#[tokio::test]
async fn what_somebody_may_see_twice_is_listed_once() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        all_systems(&world).await;
        let mut both = employment(GUARD, 1, &[SystemRole::Viewer]);
        both.location_roles = [(location_id(TOWER), [SystemRole::Armer].into())].into();
        let elsewhere = employment(GUARD, 2, &[SystemRole::Viewer]);
        world.owner.books().employments = vec![both, elsewhere];
        let list = world.get(GUARD, "/securitysystems").await.expect(200);
        assert_eq!(
            names(&list),
            [
                "Harbor Tower",
                "Harbor Warehouse",
                "Harbor Annex",
                "Cedar Hill Main"
            ]
        );
    }
}

#[tokio::test]
async fn a_role_at_a_location_counts_while_it_is_the_employers() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        all_systems(&world).await;
        let mut odd = employment(99, 1, &[]);
        odd.location_roles = [(location_id(CLINIC), [SystemRole::Viewer].into())].into();
        world.owner.books().employments.push(odd);
        let list = world.get(99, "/securitysystems").await.expect(200);
        assert_eq!(names(&list), Vec::<&str>::new());
    }
}

#[tokio::test]
async fn actions_come_with_reasons() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        world.armed().await;
        let actions = async |who| {
            let list = world.get(who, "/securitysystems").await.expect(200);
            let item = &list.body["items"][0];
            (item["actions"].clone(), item["reasons"].clone())
        };
        assert_eq!(
            actions(GUARD).await,
            (
                json!(["DISARM"]),
                json!({ "ARM": "already-armed", "ACKNOWLEDGE": "no-alarm" })
            )
        );
        assert_eq!(
            actions(ARMER).await,
            (
                json!([]),
                json!({ "ARM": "already-armed", "DISARM": "not-a-disarmer", "ACKNOWLEDGE": "not-a-disarmer" })
            )
        );
        assert_eq!(
            actions(OFF_SHIFT).await,
            (
                json!([]),
                json!({ "ARM": "not-an-armer", "DISARM": "outside-schedule", "ACKNOWLEDGE": "outside-schedule" })
            )
        );
    }
}

#[tokio::test]
async fn since_when_and_by_whom_is_told_of_each_as_its_history_tells_it() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        world.system(WAREHOUSE).await;
        let told = async || {
            let list = world.get(VIEWER, "/securitysystems").await.expect(200);
            let shown = world.get(VIEWER, &path(system)).await.expect(200);
            let (item, untouched) = (&list.body["items"][0], &list.body["items"][1]);
            assert_eq!(item["changed"], shown.body["changed"]);
            assert_eq!(untouched.get("changed"), Some(&Value::Null));
            item["changed"].clone()
        };
        assert_eq!(
            told().await,
            json!({
                "at": "2026-11-22T12:00:00Z", "action": "ARM",
                "by": { "userId": user(ARMER), "name": "Person 2" },
            })
        );
        world.clock.advance(SignedDuration::from_secs(1));
        world.alarm(system).await.expect(202);
        assert_eq!(
            told().await,
            json!({
                "at": "2026-11-22T12:00:01Z", "action": "ALARM",
                "by": { "userId": null, "name": "panel-simulator" },
            })
        );
        let done = world.act(DISARMER, system, "DISARM").await.expect(200);
        assert_eq!(done.body["changed"]["by"]["name"], "Person 1");
        assert_eq!(done.body["changed"], told().await);
        let again = world.act(DISARMER, system, "DISARM").await.expect(200);
        assert_eq!(again.body["changed"], done.body["changed"], "nobody did");
    }
}

#[tokio::test]
async fn pages_follow_one_another() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        all_systems(&world).await;
        world
            .owner
            .books()
            .employments
            .push(employment(VIEWER, 2, &[SystemRole::Viewer]));
        let first = world
            .get(VIEWER, "/securitysystems?limit=3")
            .await
            .expect(200);
        assert_eq!(
            names(&first),
            ["Harbor Tower", "Harbor Warehouse", "Harbor Annex"]
        );
        let next = first.body["nextPage"].as_str().unwrap();
        let rest = world
            .get(VIEWER, &format!("/securitysystems?limit=3&page={next}"))
            .await
            .expect(200);
        assert_eq!(names(&rest), ["Cedar Hill Main"]);
        assert_eq!(rest.body["nextPage"], json!(null));
    }
}

#[tokio::test]
async fn a_page_may_be_empty_and_not_be_the_last() {
    let world = World::start().await;
    for n in 0..1200 {
        let mut unit = location(0x1000 + n, &format!("Unit {n}"), 1);
        unit.dealer = Some(dealer(1));
        world.owner.books().locations.insert(unit.id, (unit, 1));
    }
    world.system(0x1000 + 1199).await;

    let first = world.get(TECHNICIAN, "/securitysystems").await.expect(200);
    assert_eq!(names(&first), Vec::<&str>::new());
    let mut met = Vec::new();
    let mut next = first.body["nextPage"].clone();
    assert!(
        next.is_string(),
        "there is more behind what was looked through"
    );
    while let Some(page) = next.as_str() {
        let path = format!("/securitysystems?page={page}");
        let part = world.get(TECHNICIAN, &path).await.expect(200);
        met.extend(names(&part).into_iter().map(ToOwned::to_owned));
        next = part.body["nextPage"].clone();
    }
    assert_eq!(met, ["Unit 1199"]);
}

#[tokio::test]
async fn a_page_takes_as_many_calls_whatever_is_on_it() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for n in 0..101 {
        world.owner.books().locations.insert(
            location_id(0x1000 + n),
            (location(0x1000 + n, &format!("Unit {n}"), 1), 1),
        );
        ids.push(SystemId::from(uuid::Uuid::from_u128(n)));
    }
    // Put into service by hand: this is about reading.
    let system = sqlx::query(
        "insert into system (id, location_id, customer_id, lifecycle, state, version, location_version, installed_by)
         select id, ('00000000-0000-0000-0000-' || lpad(to_hex(4096 + n - 1), 12, '0'))::uuid, $2, 'ACTIVE', 'ARMED', 1, 1, $2
         from unnest($1::uuid[]) with ordinality as t (id, n)",
    );
    let ids: Vec<uuid::Uuid> = ids.into_iter().map(Into::into).collect();
    system
        .bind(ids)
        .bind(customer(1).as_uuid())
        .execute(world.database.pool())
        .await
        .unwrap();

    let list = world
        .get(VIEWER, "/securitysystems?limit=100")
        .await
        .expect(200);
    assert_eq!(list.body["items"].as_array().unwrap().len(), 100);
    assert!(list.body["nextPage"].is_string());
    let calls: Vec<_> = world
        .owner
        .books()
        .calls
        .iter()
        .map(|call| call.0.clone())
        .collect();
    assert_eq!(calls, ["/facts/user", "/facts/locations"]);
}

#[tokio::test]
async fn made_up_pages_are_refused() {
    let world = World::start().await;
    for query in ["page=x", "page=", "page=bnVsbA", "limit=0", "limit=101"] {
        world
            .get(VIEWER, &format!("/securitysystems?{query}"))
            .await
            .expect(422);
    }
    world
        .get(VIEWER, "/securitysystems?limit=many")
        .await
        .expect(400);
}

#[tokio::test]
async fn a_list_is_logged_as_decisions_are() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        world.armed().await;
        let (list, log) = logged(world.get(VIEWER, "/securitysystems")).await;
        list.expect(200);
        for said in ["decided where to look", "decided a page", "shown=1"] {
            assert!(log.contains(said), "{said}: {log}");
        }
        let by = format!("strategy={strategy}");
        assert_eq!(log.matches(&by).count(), 2, "{log}");
    }
}

#[tokio::test]
async fn a_page_is_one_statement_where_everything_is_kept() {
    let world = World::under(Strategy::Replicate).await;
    all_systems(&world).await;
    world.get(VIEWER, "/securitysystems").await.expect(200); // connects
    world.streams.stop();
    let (list, sent) = statements(world.get(VIEWER, "/securitysystems")).await;
    let list = list.expect(200);
    assert_eq!(
        names(&list),
        ["Harbor Tower", "Harbor Warehouse", "Harbor Annex"]
    );
    // A connection that has not met a page yet asks what that is, once.
    let ours = sent.iter().filter(|begins| !begins.contains("pg_type"));
    assert_eq!(ours.count(), 1, "{sent:?}");
}
