//! Somebody else decides: what is asked of them, and what is made of their answers, or of none.

use std::sync::atomic::Ordering;

use http::Method;
use security_system_service::authorization::Strategy;
use serde_json::{Value, json};
use testkit::logged::logged;
use tokio::time::timeout;

use crate::world::{
    ARMER, Answer, DISARMER, SOON, STRANGER, TOWER, VIEWER, World, customer, location, path,
};

const BOTH: [Strategy; 2] = [Strategy::Delegate, Strategy::DelegateLocal];
const EVALUATIONS: &str = "/access/v1/evaluations";

#[track_caller]
fn undecided(answer: Answer, by: Strategy) {
    let answer = answer.expect(503);
    assert_eq!(answer.problem(), "undecided");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("authorization-strategy"), Some(by.as_str()));
}

#[tokio::test]
async fn one_question_is_asked_of_one() {
    for (strategy, list) in BOTH.into_iter().zip(["search/resource", "condition"]) {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        for owner in [
            &world.owner,
            &world.dealers,
            &world.monitoring,
            &world.pdp.desk,
        ] {
            owner.asked();
        }
        world.act(DISARMER, system, "DISARM").await.expect(200);
        assert_eq!(world.pdp.desk.asked(), [EVALUATIONS]);
        world.get(STRANGER, &path(system)).await.expect(404);
        assert_eq!(world.pdp.desk.asked(), [EVALUATIONS]);
        world.get(VIEWER, "/securitysystems").await.expect(200);
        let list = format!("/access/v1/{list}");
        assert_eq!(world.pdp.desk.asked(), [&list, EVALUATIONS]);
        for owner in [&world.owner, &world.dealers, &world.monitoring] {
            assert_eq!(owner.asked(), [""; 0]);
        }
    }
}

/// As grants are where somebody holds a role in many ways, each on a shift.
#[tokio::test]
async fn what_is_more_than_is_read_of_many_is_asked_of_a_few_at_once() {
    let patience = ["--facts-deadline", "9s"];
    for strategy in BOTH {
        let world = World::under_with(strategy, &patience).await;
        let mut systems = Vec::new();
        for n in 0..12 {
            let unit = location(0x1000 + n, &format!("Unit {n}"), 1);
            world.owner.books().locations.insert(unit.id, (unit, 1));
            systems.push(world.system(0x1000 + n).await);
        }
        let questions = || {
            let asked = world.pdp.desk.asked().into_iter();
            asked.filter(|path| path == EVALUATIONS).count()
        };
        let list = async |kib: usize| {
            world.pdp.verbose.store(kib * 1024, Ordering::SeqCst);
            questions();
            let list = world.get(VIEWER, "/securitysystems").await;
            (list, questions())
        };
        let (plain, asked) = list(0).await;
        assert_eq!((plain.status, asked), (200, 1));
        assert_eq!(plain.body["items"].as_array().unwrap().len(), 12);
        let (long, asked) = list(100).await;
        assert_eq!((long.status, asked), (200, 4), "twelve, then 5 and 5 and 2");
        assert_eq!(long.body, plain.body);

        let (longer, asked) = list(300).await;
        undecided(longer, strategy);
        assert_eq!(asked, 2, "twelve, then 5");
        world.get(VIEWER, &path(systems[0])).await.expect(200);
    }
}

#[tokio::test]
async fn without_authz_service_nothing_is_decided_and_nothing_changed() {
    for strategy in BOTH {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let absent = uuid::Uuid::from_u128(77).into();
        world.to_pdp.cut();
        for who in [DISARMER, STRANGER] {
            undecided(world.act(who, system, "DISARM").await, strategy);
            undecided(world.act(who, absent, "DISARM").await, strategy);
        }
        undecided(world.get(DISARMER, "/securitysystems").await, strategy);
        assert_eq!(world.events().await.len(), 2, "in service, armed");

        world.to_pdp.restore();
        let back = async {
            while world.get(VIEWER, &path(system)).await.status != 200 {
                tokio::task::yield_now().await;
            }
        };
        timeout(SOON, back).await.expect("the circuit closes");
        world.act(DISARMER, system, "DISARM").await.expect(200);
    }
}

#[tokio::test]
async fn it_is_waited_for_only_so_long() {
    for strategy in BOTH {
        let world = World::under_with(strategy, &["--facts-deadline", "300ms"]).await;
        let system = world.armed().await;
        world.to_pdp.delay(std::time::Duration::from_millis(20));
        world.act(DISARMER, system, "DISARM").await.expect(200);
        world.to_pdp.black_hole();
        let answer = timeout(SOON, world.act(DISARMER, system, "DISARM")).await;
        undecided(answer.expect("an answer in time"), strategy);
    }
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_decides_nothing() {
    for strategy in BOTH {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let yes = |context: Value| {
            let one = json!({ "decision": true, "context": context });
            json!({ "evaluations": [one, one, one, one] })
        };
        let undated = json!({ "policyVersion": "1" });
        let failed = json!({ "error": { "status": 503, "message": "it may matter" } });
        for instead in [
            (500, json!({})),
            (403, json!({})),
            (400, json!({})),
            (200, json!({})),
            (200, json!("yes")),
            (200, json!({ "evaluations": [] })),
            (200, yes(json!({}))),
            (200, yes(undated)),
            (200, yes(failed)),
        ] {
            world.pdp.desk.books().instead = Some(instead);
            undecided(world.act(DISARMER, system, "DISARM").await, strategy);
        }
        // A yes of which nobody knows where, is none.
        let nowhere = yes(json!({ "policyVersion": "1", "factsAgeMs": 0 }));
        world.pdp.desk.books().instead = Some((200, nowhere));
        let answer = world.act(DISARMER, system, "DISARM").await;
        assert!(matches!(answer.status, 404 | 503), "{answer:?}");
    }
}

#[tokio::test]
async fn what_the_law_does_not_explain_is_decided_all_the_same() {
    for strategy in BOTH {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let place = json!({ "id": system, "name": "Somewhere" });
        let law = json!({ "location": place, "customer": place });
        let context = json!({ "policyVersion": "other", "factsAgeMs": 0, "law": law });
        let told = |decision: bool| json!({ "decision": decision, "context": context });
        let evaluations = [told(true), told(false), told(true), told(true)];
        let body = json!({ "evaluations": evaluations });
        world.pdp.desk.books().instead = Some((200, body));
        let denied = world.act(VIEWER, system, "ARM").await.expect(403);
        assert_eq!(denied.body["missing"], Value::Null);
        let done = world.act(VIEWER, system, "DISARM").await.expect(200);
        assert_eq!(done.body["authorizedBy"]["grants"], json!([]));
        assert_eq!(done.body["authorizedBy"]["policyVersion"], "other");
    }
}

#[tokio::test]
async fn it_is_asked_to_be_as_fresh_as_caller_and_system_know() {
    for strategy in BOTH {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let known = r#"customer-service="1:7", dealer-service="1:3""#;
        let headers = [("consistency-token", known)];
        let done = world.act_with(DISARMER, system, "DISARM", &headers).await;
        done.expect(200);
        let asked = || world.pdp.desk.books().calls.last().unwrap().1.clone();
        assert_eq!(asked().as_deref(), Some(known));
        // From now on the system knows of it too.
        world.act(ARMER, system, "ARM").await.expect(200);
        assert_eq!(asked().as_deref(), Some(known));

        // Who does not say as of when it answers, is not believed.
        let law = json!({ "location": { "id": system, "name": "" }, "customer": { "id": system, "name": "" } });
        let context = json!({ "policyVersion": "1", "factsAgeMs": 0, "law": law });
        let one = json!({ "decision": true, "context": context });
        let body = json!({ "evaluations": [one, one, one, one] });
        world.pdp.desk.books().instead = Some((200, body));
        undecided(world.act(DISARMER, system, "DISARM").await, strategy);
    }
}

#[tokio::test]
async fn it_is_asked_again_only_where_its_facts_do_not_cover_what_is_kept() {
    for strategy in BOTH {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let known = r#"customer-service="1:7""#;
        let headers = [("consistency-token", known)];
        let done = world.act_with(DISARMER, system, "DISARM", &headers).await;
        done.expect(200);
        let asked = async |who, status| {
            world.pdp.desk.asked();
            let (answer, log) = logged(world.get(who, &path(system))).await;
            answer.expect(status);
            assert_eq!(log.matches("decided user=").count(), 1, "{log}");
            let calls = world.pdp.desk.books().calls.clone();
            let tokens = calls.into_iter().map(|(_, token)| token);
            tokens.collect::<Vec<_>>()
        };
        for (reached, calls) in [(6, vec![None, Some(known.to_owned())]), (7, vec![None])] {
            world.pdp.desk.books().position = reached;
            assert_eq!(asked(VIEWER, 200).await, calls, "{strategy}");
            assert_eq!(asked(STRANGER, 404).await, [None], "{strategy}");
        }
    }
}

#[tokio::test]
async fn facts_may_be_so_old_and_no_older() {
    for strategy in BOTH {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        world.pdp.ages(5_000);
        let done = world.act(DISARMER, system, "DISARM").await.expect(200);
        assert_eq!(done.body["authorizedBy"]["factsAgeMs"], 5_000);
        world.pdp.ages(5_001);
        undecided(world.act(ARMER, system, "ARM").await, strategy);
        undecided(world.act(STRANGER, system, "ARM").await, strategy);
        let list = world.get(ARMER, "/securitysystems").await.expect(200);
        assert_eq!(list.header("age"), Some("5"));
        assert_eq!(list.body["items"][0]["reasons"]["ARM"], "undecided");
        world.get(ARMER, &path(system)).await.expect(200);
        world.pdp.ages(60_001);
        undecided(world.get(ARMER, &path(system)).await, strategy);
    }
}

#[tokio::test]
async fn a_system_is_judged_where_it_is_as_soon_as_it_is_there() {
    for (strategy, calls) in BOTH.into_iter().zip([2, 1]) {
        let world = World::under(strategy).await;
        let system = world.system(TOWER).await;
        world.pdp.unheard.lock().unwrap().insert(system);
        world.pdp.desk.asked();
        let armed = world.act(ARMER, system, "ARM").await.expect(200);
        assert_eq!(armed.body["location"]["name"], "Harbor Tower");
        let asked = world.pdp.desk.books().calls.clone();
        assert_eq!(asked.len(), calls, "{asked:?}");
        // What is absent is not looked for twice: it takes as long as what is hidden and was heard of.
        world.pdp.desk.asked();
        let absent = uuid::Uuid::from_u128(77).into();
        world.act(ARMER, absent, "ARM").await.expect(404);
        assert_eq!(world.pdp.desk.asked(), [EVALUATIONS]);
    }
}

#[tokio::test]
async fn a_list_knows_of_what_its_reader_knows_to_be_written() {
    let world = World::under(Strategy::Delegate).await;
    let made = world.install(TOWER, &[]).await.expect(201);
    let known = [(
        "consistency-token",
        made.header("consistency-token").unwrap(),
    )];
    let token = world.token(VIEWER);
    let list = world.send(&token, Method::GET, "/securitysystems", &known, None);
    list.await.expect(200);
    let calls = world.pdp.desk.books().calls.clone();
    let search = calls.iter().find(|call| call.0.contains("search")).unwrap();
    assert_eq!(search.1.as_deref(), Some(known[0].1));
}

#[tokio::test]
async fn a_page_of_many_is_judged_in_parts_that_fit_into_a_question() {
    for strategy in BOTH {
        let world = World::under(strategy).await;
        for n in 0..60 {
            let mut books = world.owner.books();
            let at = location(0x1000 + n, &format!("Unit {n}"), 1);
            books.locations.insert(at.id, (at, 1));
        }
        let system = sqlx::query(
            "insert into system (id, location_id, customer_id, lifecycle, state, version, location_version, installed_by)
             select gen_random_uuid(), ('00000000-0000-0000-0000-' || lpad(to_hex(4096 + n), 12, '0'))::uuid, $1, 'ACTIVE', 'ARMED', 1, 1, $1
             from generate_series(0, 59) n",
        );
        let customer = customer(1).as_uuid();
        system
            .bind(customer)
            .execute(world.database.pool())
            .await
            .unwrap();
        let list = world.get(VIEWER, "/securitysystems?limit=100").await;
        let list = list.expect(200);
        assert_eq!(list.body["items"].as_array().unwrap().len(), 60);
        let asked = world.pdp.desk.asked();
        let judged = asked.iter().filter(|path| *path == EVALUATIONS);
        assert_eq!(judged.count(), 2);
    }
}
