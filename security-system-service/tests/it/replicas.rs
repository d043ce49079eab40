//! Deciding from what is kept: without the owners, but not from what is too old, or not understood.

use access::{Organization, SystemRole};
use http::Method;
use jiff::SignedDuration;
use outbox::{Event, Handler, Message, Position};
use security_system_service::authorization::Strategy::Replicate;
use security_system_service::events::FactEvents;
use serde_json::{Value, json};
use testkit::logged::{logged, statements};
use uuid::Uuid;

use crate::world::{
    ANNEX, ARMER, Answer, DISARMER, OFF_SHIFT, STRANGER, TECHNICIAN, TOWER, VIEWER, World,
    customer, employment, location_id, path, team, user,
};

#[track_caller]
fn undecided(answer: Answer) {
    let answer = answer.expect(503);
    assert_eq!(answer.problem(), "undecided");
    assert_eq!(answer.header("authorization-strategy"), Some("replicate"));
}

impl World {
    fn cut_off(&self) {
        for owner in [&self.network, &self.to_dealers, &self.to_monitoring] {
            owner.cut();
        }
    }

    /// A message that could not be applied.
    async fn park(
        &self,
        source: &str,
        about: (&str, Uuid),
        users: &[Uuid],
        organizations: &[Uuid],
    ) {
        let insert = "insert into outbox.parked (source, generation, subject, aggregate, id, users, organizations,
                                                 locations, legible, error, at)
                      values ($1, outbox.generation($1), $1 || $3::text, $2, $3, $4, $5, '{}', $6, 'a test', now())";
        let legible = !about.0.is_empty();
        let insert = sqlx::query(insert).bind(source).bind(about.0).bind(about.1);
        let insert = insert.bind(users).bind(organizations).bind(legible);
        insert.execute(self.database.pool()).await.unwrap();
    }

    async fn unpark(&self) {
        let delete = sqlx::query("delete from outbox.parked");
        delete.execute(self.database.pool()).await.unwrap();
    }
}

#[tokio::test]
async fn within_the_bound_nobody_has_to_be_there() {
    let world = World::under(Replicate).await;
    let system = world.armed().await;
    world.cut_off();
    world.clock.advance(SignedDuration::from_secs(5));
    world.streams.stop();
    let done = world.act(TECHNICIAN, system, "DISARM").await.expect(200);
    let basis = &done.body["authorizedBy"];
    assert_eq!(basis["strategy"], "replicate");
    assert_eq!(basis["factsAgeMs"], 5000);
    assert_eq!(basis["partial"], false);
    let list = world.get(VIEWER, "/securitysystems").await.expect(200);
    assert_eq!(list.header("age"), Some("5"));
    assert_eq!(list.body["items"][0]["location"]["name"], "Harbor Tower");
    world.act(STRANGER, system, "ARM").await.expect(404);
}

#[tokio::test]
async fn beyond_the_bound_nothing_is_decided_and_lists_say_how_old_they_are() {
    let arguments = ["--staleness", "disarm=30s,view=1m"];
    let world = World::under_with(Replicate, &arguments).await;
    let system = world.armed().await;
    world.streams.stop();
    world.clock.advance(SignedDuration::from_secs(6));
    undecided(world.act(ARMER, system, "ARM").await);
    undecided(world.act(VIEWER, system, "ARM").await);
    undecided(world.act(DISARMER, system, "ACKNOWLEDGE").await);
    world.act(DISARMER, system, "DISARM").await.expect(200);
    world.clock.advance(SignedDuration::from_secs(60));
    undecided(world.act(DISARMER, system, "DISARM").await);
    undecided(world.get(VIEWER, &path(system)).await);
    let list = world.get(VIEWER, "/securitysystems").await.expect(200);
    assert_eq!(list.header("age"), Some("66"));

    world.streams.flow();
    world.act(ARMER, system, "ARM").await.expect(200);
}

#[tokio::test]
async fn nothing_is_promised_that_the_facts_are_too_old_for() {
    let arguments = ["--staleness", "disarm=30s"];
    let world = World::under_with(Replicate, &arguments).await;
    let system = world.armed().await;
    world.streams.stop();
    for (age, who, actions, reasons) in [
        (
            5,
            ARMER,
            json!([]),
            json!({ "ARM": "already-armed", "DISARM": "not-a-disarmer", "ACKNOWLEDGE": "not-a-disarmer" }),
        ),
        (
            1,
            DISARMER,
            json!(["DISARM"]),
            json!({ "ARM": "undecided", "ACKNOWLEDGE": "undecided" }),
        ),
        (
            25,
            DISARMER,
            json!([]),
            json!({ "ARM": "undecided", "DISARM": "undecided", "ACKNOWLEDGE": "undecided" }),
        ),
    ] {
        world.clock.advance(SignedDuration::from_secs(age));
        let one = world.get(who, &path(system)).await.expect(200);
        assert_eq!(
            (&one.body["actions"], &one.body["reasons"]),
            (&actions, &reasons)
        );
        let list = world.get(who, "/securitysystems").await.expect(200);
        assert_eq!(list.body["items"], json!([one.body]));
        assert_eq!(list.header("age"), one.header("age"));
    }
    let one = world.get(DISARMER, &path(system)).await.expect(200);
    assert_eq!(one.header("age"), Some("31"));
}

#[tokio::test]
async fn what_was_never_heard_of_decides_nothing() {
    let world = World::under(Replicate).await;
    let system = world.armed().await;
    let forget = sqlx::query("delete from outbox.inbox where source = 'monitoring-service'");
    forget.execute(world.database.pool()).await.unwrap();
    world.streams.stop();
    undecided(world.act(DISARMER, system, "DISARM").await);
    undecided(world.get(DISARMER, "/securitysystems").await);
}

#[tokio::test]
async fn what_the_caller_or_the_system_knows_of_is_waited_for() {
    let world = World::under_with(Replicate, &["--facts-deadline", "300ms"]).await;
    let system = world.armed().await;
    let ahead = [("consistency-token", r#"dealer-service="1:99""#)];
    undecided(world.act_with(DISARMER, system, "DISARM", &ahead).await);
    let token = world.token(DISARMER);
    let list = world.send(&token, Method::GET, "/securitysystems", &ahead, None);
    undecided(list.await);
    let ready = world.send("", Method::GET, "/health/ready", &ahead, None);
    ready.await.expect(503);

    let reached = [("consistency-token", r#"dealer-service="1:2""#)];
    world
        .act_with(DISARMER, system, "DISARM", &reached)
        .await
        .expect(200);
    let ready = world.send("", Method::GET, "/health/ready", &reached, None);
    ready.await.expect(200);
    // Now what is kept is set back behind what the system was changed by.
    let back = "update outbox.inbox set watermark = 1 where source = 'dealer-service'";
    sqlx::query(back)
        .execute(world.database.pool())
        .await
        .unwrap();
    world.streams.stop();
    undecided(world.act(ARMER, system, "ARM").await);
    let list = world.get(VIEWER, "/securitysystems").await.expect(200);
    assert_eq!(list.body["items"], json!([]));
    assert_eq!(list.body["undecided"], json!([system]));
}

/// What is kept with a system was known here when it was changed; it costs nothing as long as it is.
#[tokio::test]
async fn it_is_read_again_only_where_it_does_not_cover_what_is_kept() {
    let world = World::under_with(Replicate, &["--facts-deadline", "300ms"]).await;
    let system = world.armed().await;
    let known = [("consistency-token", r#"customer-service="1:2""#)];
    let done = world.act_with(DISARMER, system, "DISARM", &known).await;
    done.expect(200);
    world.streams.stop();
    let path = path(system);
    let read = async |who| {
        let (answer, sent) = statements(world.get(who, &path)).await;
        (answer.status, sent.len())
    };
    let (load, once) = (1, 1);
    assert_eq!(read(VIEWER).await, (200, load + once));
    assert_eq!(read(STRANGER).await, (404, load + once));
    let back = "update outbox.inbox set watermark = 1 where source = 'customer-service'";
    let back = sqlx::query(back).execute(world.database.pool());
    back.await.unwrap();
    let (status, sent) = read(VIEWER).await;
    assert_eq!(status, 503);
    assert!(sent > load + once, "{sent}");
    assert_eq!(read(STRANGER).await, (404, load + once));
    let (answer, log) = logged(world.get(VIEWER, &path)).await;
    undecided(answer);
    assert_eq!(log.matches("decided user=").count(), 1, "{log}");
}

/// Somebody may hold roles at a thousand locations, and be of teams that hold them at more.
#[tokio::test]
async fn a_decision_reads_the_roles_at_the_location_in_question() {
    let world = World::under(Replicate).await;
    let system = world.system(TOWER).await;
    let mut manager = employment(99, 1, &[]);
    let mut crew = team(1, Organization::Customer(customer(1)), &[&manager]);
    for at in [TOWER, ANNEX].map(location_id) {
        manager
            .location_roles
            .insert(at, [SystemRole::Viewer].into());
        crew.roles.insert(at, [SystemRole::Armer].into());
    }
    world.owner.books().employments.push(manager);
    world.owner.books().teams.push(crew);
    world.act(99, system, "ARM").await.expect(200);

    world.streams.settle(&world).await;
    let read = "select held.employments, around.teams
                from employments($1, null, array[$2::uuid]) held
                cross join lateral surroundings($1, held.employments, array[$2::uuid]) around";
    let read = sqlx::query_as::<_, (Value, Value)>(read).bind(user(99).as_uuid());
    let tower = location_id(TOWER).as_uuid();
    let read = read.bind(tower).fetch_one(world.database.pool());
    let (employments, teams) = read.await.unwrap();
    let tower = tower.to_string();
    assert_eq!(
        employments[0]["locationRoles"],
        json!({ (&tower): ["SECURITY_SYSTEM_VIEWER"] })
    );
    assert_eq!(
        teams[0]["roles"],
        json!({ (&tower): ["SECURITY_SYSTEM_ARMER"] })
    );
}

#[tokio::test]
async fn what_is_not_understood_makes_denials_undecided_and_no_proof_less() {
    let world = World::under(Replicate).await;
    let system = world.armed().await;
    let unheard = Uuid::from_u128(0xfff);
    let tell = async |who, action| world.act(who, system, action).await;
    for (source, users, organizations) in [
        ("customer-service", vec![user(VIEWER).into()], vec![]),
        ("customer-service", vec![], vec![customer(1).as_uuid()]),
        (
            "dealer-service",
            vec![],
            vec![crate::cast::dealer(1).into()],
        ),
        (
            "monitoring-service",
            vec![],
            vec![crate::cast::provider(1).into()],
        ),
    ] {
        world
            .park(source, ("team", unheard), &users, &organizations)
            .await;
        undecided(tell(VIEWER, "DISARM").await);
        let done = tell(DISARMER, "DISARM").await.expect(200);
        let partial = !organizations.is_empty();
        assert_eq!(done.body["authorizedBy"]["partial"], partial, "{source}");
        world.unpark().await;
        tell(ARMER, "ARM").await.expect(200);
    }
    // Somebody else's affair.
    let other = [user(99).into()];
    world
        .park("dealer-service", ("employment", unheard), &other, &[])
        .await;
    tell(VIEWER, "DISARM").await.expect(403);
    tell(STRANGER, "DISARM").await.expect(404);
    world.get(VIEWER, "/securitysystems").await.expect(200);
    // Nobody knows whose.
    world
        .park("dealer-service", ("", Uuid::nil()), &[], &[])
        .await;
    let absent = Uuid::from_u128(77).into();
    for who in [VIEWER, STRANGER, OFF_SHIFT] {
        undecided(tell(who, "DISARM").await);
        undecided(world.act(who, absent, "DISARM").await);
        undecided(world.get(who, "/securitysystems").await);
    }
    tell(DISARMER, "DISARM").await.expect(200);
}

#[tokio::test]
async fn what_is_unknown_allows_nothing() {
    let world = World::under(Replicate).await;
    let system = world.armed().await;
    let disarmer = employment(DISARMER, 1, &[]);
    let tower = location_id(TOWER);
    for (aggregate, id) in [
        ("employment", disarmer.id.as_uuid()),
        ("location", tower.as_uuid()),
        ("customer", customer(1).as_uuid()),
    ] {
        world
            .park("customer-service", (aggregate, id), &[], &[])
            .await;
        undecided(world.act(DISARMER, system, "DISARM").await);
        undecided(world.get(DISARMER, "/securitysystems").await);
        world.unpark().await;
    }
    world.act(DISARMER, system, "DISARM").await.expect(200);
}

#[tokio::test]
async fn an_older_event_brings_nothing_back_and_another_generation_is_not_read() {
    let world = World::under(Replicate).await;
    let system = world.armed().await;
    let pool = world.database.pool();
    let generation = "select outbox.generation('customer-service')";
    let generation: i64 = sqlx::query_scalar(generation)
        .fetch_one(pool)
        .await
        .unwrap();
    let employment = employment(DISARMER, 1, &[]);
    let state = json!({
        "employeeId": employment.id, "userId": employment.user, "customerId": customer(1), "name": "Somebody",
        "active": true, "roles": ["SECURITY_SYSTEM_DISARMER"], "locationRoles": {}, "schedule": null,
    });
    let said = |version, generation| {
        use customer_events::employment::{AGGREGATE, CHANGED};
        let message = Message::changed(AGGREGATE, employment.id, version, CHANGED, &state).unwrap();
        let at = Position::new(1, 50);
        Event::of(
            message,
            "customer-service",
            at,
            world.clock.now(),
            generation,
        )
    };
    let apply = async |event| {
        let mut connection = pool.acquire().await.unwrap();
        FactEvents::OF_CUSTOMERS
            .apply(&mut connection, &event)
            .await
    };
    world
        .owner
        .books()
        .employments
        .retain(|held| held.id != employment.id);
    world.get(VIEWER, &path(system)).await.expect(200);
    for event in [said(1, generation), said(9, generation + 100)] {
        apply(event).await.unwrap();
        world.act(DISARMER, system, "DISARM").await.expect(404);
    }
    let mut connection = pool.acquire().await.unwrap();
    FactEvents::OF_CUSTOMERS
        .discard(&mut connection, generation + 100, 100)
        .await
        .unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from employment where generation > $1")
        .bind(generation + 99)
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(left, 0);

    let mut unrestricted = said(9, generation);
    unrestricted
        .state
        .as_mut()
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove("schedule");
    assert!(apply(unrestricted).await.is_err());
    let mut newer = said(9, generation);
    newer.event_type = newer.event_type.replace("v1", "v2");
    assert!(apply(newer).await.is_err());
    apply(said(9, generation)).await.unwrap();
    world.act(DISARMER, system, "DISARM").await.expect(200);
}
