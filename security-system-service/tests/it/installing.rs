//! Installing and removing systems, whatever happens in between.

use http::Method;
use jiff::SignedDuration;
use outbox::Progress;
use serde_json::json;

use crate::world::{
    ADMIN, ANNEX, ARMER, CLINIC, DEALER_ADMIN, TECHNICIAN, TOWER, VIEWER, WAREHOUSE, World, dealer,
    id, location_id, path, user,
};

impl World {
    /// The finisher's turn, a while later.
    async fn finish(&self) -> Progress {
        self.clock.advance(SignedDuration::from_mins(10));
        self.finisher.step().await.unwrap()
    }

    fn reserved(&self) -> usize {
        self.owner.books().reserved.len()
    }
}

#[tokio::test]
async fn an_administrator_installs() {
    let world = World::start().await;
    let done = world.install(TOWER, &[]).await.expect(201);
    let system = id(&done);
    assert_eq!(done.body["state"], "DISARMED");
    assert_eq!(done.header("location"), Some(path(system).as_str()));
    assert!(done.header("consistency-token").is_some());
    assert_eq!(world.owner.books().reserved[&location_id(TOWER)], system);
    let shown = world.get(VIEWER, &path(system)).await.expect(200);
    assert_eq!(
        (shown.body["state"].as_str(), shown.body["version"].as_i64()),
        (Some("DISARMED"), Some(1))
    );
    let (_, version, state) = world.events().await.pop().unwrap();
    assert_eq!(
        (version, state.unwrap()["action"].clone()),
        (1, json!(null))
    );
    assert_eq!(world.finish().await, Progress::Idle);
}

#[tokio::test]
async fn nobody_else_does_and_learns_nothing_of_the_location() {
    let world = World::start().await;
    let refused = async |at| {
        let refused = world.install_as(VIEWER, at, &[]).await;
        assert_eq!(refused.expect(403).problem(), "not-an-installer");
        (world.owner.asked(), world.dealers.asked())
    };
    let asked = refused(TOWER).await;
    assert_eq!(asked, refused(ANNEX).await, "where there is no dealer");
    assert_eq!(asked, refused(0x999).await, "where there is no location");
    world.to_dealers.cut();
    for at in [TOWER, ANNEX, 0x999] {
        let undecided = world.install_as(VIEWER, at, &[]).await.expect(503);
        assert_eq!(undecided.problem(), "undecided");
    }
}

#[tokio::test]
async fn an_administrator_of_the_appointed_dealer_installs_and_removes() {
    let world = World::start().await;
    let done = world.install_as(DEALER_ADMIN, TOWER, &[]).await;
    let system = id(&done.expect(201));
    world.install_as(DEALER_ADMIN, ANNEX, &[]).await.expect(403);
    world.install_as(TECHNICIAN, CLINIC, &[]).await.expect(403);
    world.remove(TECHNICIAN, system).await.expect(403);
    world.get(DEALER_ADMIN, &path(system)).await.expect(404);

    let annex = world.system(ANNEX).await;
    world.remove(DEALER_ADMIN, annex).await.expect(404);
    world.to_dealers.cut();
    world.remove(DEALER_ADMIN, system).await.expect(503);
    let absent = uuid::Uuid::from_u128(77).into();
    world.remove(DEALER_ADMIN, absent).await.expect(503);
    world.to_dealers.restore();
    world.remove(DEALER_ADMIN, system).await.expect(204);
    assert_eq!(world.reserved(), 1, "the annex");
}

#[tokio::test]
async fn whom_the_customer_appointed_last_installs() {
    let world = World::start().await;
    let move_on = |to| {
        let mut books = world.owner.books();
        let tower = books.locations.get_mut(&location_id(TOWER)).unwrap();
        tower.0.dealer = to;
    };
    move_on(Some(dealer(2)));
    world.install_as(DEALER_ADMIN, TOWER, &[]).await.expect(403);
    move_on(None);
    world.install_as(DEALER_ADMIN, TOWER, &[]).await.expect(403);
    move_on(Some(dealer(1)));
    world.install_as(DEALER_ADMIN, TOWER, &[]).await.expect(201);
}

#[tokio::test]
async fn there_has_to_be_a_location() {
    let world = World::start().await;
    let refused = world.install(0x999, &[]).await.expect(422);
    assert_eq!(refused.body["errors"][0]["field"], "locationId");
    let token = world.token(ADMIN);
    let body = Some(json!({ "locationId": "tower" }));
    let refused = world
        .send(&token, Method::POST, "/securitysystems", &[], body)
        .await
        .expect(422);
    assert_eq!(refused.body["errors"][0]["field"], "locationId");
}

#[tokio::test]
async fn one_system_per_location() {
    let world = World::start().await;
    world.system(TOWER).await;
    assert_eq!(
        world.install(TOWER, &[]).await.expect(409).problem(),
        "location-taken"
    );

    let (one, other) = tokio::join!(world.install(ANNEX, &[]), world.install(ANNEX, &[]));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(world.reserved(), 2);
}

#[tokio::test]
async fn the_same_key_finds_the_same_system() {
    let world = World::start().await;
    let key = [("idempotency-key", "first")];
    let system = id(&world.install(TOWER, &key).await.expect(201));
    assert_eq!(id(&world.install(TOWER, &key).await.expect(201)), system);
    let other = world.install(WAREHOUSE, &key).await.expect(422);
    assert_eq!(other.problem(), "idempotency-key-reused");
    world
        .install(WAREHOUSE, &[("idempotency-key", "second")])
        .await
        .expect(201);
    world
        .install(ANNEX, &[("idempotency-key", "")])
        .await
        .expect(400);
    assert_eq!(world.reserved(), 2);
}

#[tokio::test]
async fn what_is_found_again_is_told_as_it_is_now() {
    let world = World::start().await;
    let key = [("idempotency-key", "first")];
    let first = world.install(TOWER, &key).await.expect(201);
    assert_eq!(first.body["state"], "DISARMED");
    world.act(ARMER, id(&first), "ARM").await.expect(200);
    let again = world.install(TOWER, &key).await.expect(201);
    assert_eq!(again.body["state"], "ARMED");
    world.alarm(id(&first)).await.expect(202);
    let again = world.install(TOWER, &key).await.expect(201);
    assert_eq!(again.body["state"], "ALARMED");
}

#[tokio::test]
async fn an_unknown_outcome_is_asked_about_again() {
    let world = World::start().await;
    let key = [("idempotency-key", "first")];
    world.owner.hold();
    world.owner.let_one_on(); // the check, not the reservation
    let pending = world.install(TOWER, &key).await.expect(202);
    let system = id(&pending);
    assert_eq!(pending.body["state"], "PENDING");
    world.get(VIEWER, &path(system)).await.expect(503);
    world.owner.let_all_on();

    world.get(VIEWER, &path(system)).await.expect(404);
    assert_eq!(world.finish().await, Progress::Worked(1));
    world.get(VIEWER, &path(system)).await.expect(200);
    let same = world.install(TOWER, &key).await.expect(201);
    assert_eq!(id(&same), system);
    assert_eq!(world.finish().await, Progress::Idle);
    assert_eq!(world.events().await.len(), 1);
}

#[tokio::test]
async fn a_pending_system_is_found_by_its_key_and_helped_along() {
    let world = World::start().await;
    let key = [("idempotency-key", "first")];
    world.owner.hold();
    world.owner.let_one_on();
    let system = id(&world.install(TOWER, &key).await.expect(202));
    world.owner.let_all_on();
    assert_eq!(id(&world.install(TOWER, &key).await.expect(201)), system);
    assert_eq!(world.events().await.len(), 1);
}

#[tokio::test]
async fn a_location_that_changed_meanwhile_is_refused_for_good() {
    let world = World::start().await;
    let key = [("idempotency-key", "first")];
    world.owner.hold();
    let (answer, ()) = tokio::join!(world.install(TOWER, &key), async {
        world.owner.somebody_waits().await;
        world.owner.let_one_on();
        world.owner.somebody_waits().await;
        world
            .owner
            .books()
            .locations
            .get_mut(&location_id(TOWER))
            .unwrap()
            .1 = 2;
        world.owner.let_all_on();
    });
    assert_eq!(answer.expect(409).problem(), "location-taken");
    assert!(world.events().await.is_empty(), "nobody ever heard of it");
    world.install(TOWER, &key).await.expect(409);
    world.install(TOWER, &[]).await.expect(409);

    // A reservation still on its way must find no system either; then the location is free again.
    assert_eq!(world.finish().await, Progress::Worked(1));
    assert_eq!(world.owner.books().released.len(), 1);
    world.install(TOWER, &[]).await.expect(201);
}

#[tokio::test]
async fn an_undecided_installation_leaves_nothing() {
    let world = World::start().await;
    world.network.cut();
    let key = [("idempotency-key", "first")];
    assert_eq!(
        world.install(TOWER, &key).await.expect(503).problem(),
        "undecided"
    );
    let rows: i64 = sqlx::query_scalar("select count(*) from system")
        .fetch_one(world.database.pool())
        .await
        .unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn what_a_crash_left_is_finished() {
    let world = World::start().await;
    let insert = "insert into system (id, location_id, customer_id, lifecycle, state, version,
                                      location_version, installed_by, next_attempt_at)
                  values ($1, $2, $1, $3, 'DISARMED', 1, 1, $1, now())";
    world
        .clock
        .set(jiff::Timestamp::from_second(4_000_000_000).unwrap());
    for (n, at, lifecycle) in [(1, TOWER, "PENDING"), (2, ANNEX, "REMOVING")] {
        let row = sqlx::query(insert)
            .bind(user(n).as_uuid())
            .bind(location_id(at).as_uuid());
        row.bind(lifecycle)
            .execute(world.database.pool())
            .await
            .unwrap();
    }
    assert_eq!(world.finish().await, Progress::Worked(1));
    assert_eq!(world.finish().await, Progress::Worked(1));
    assert_eq!(world.finish().await, Progress::Idle);
    assert_eq!(world.reserved(), 1);
    assert_eq!(world.owner.books().released.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_finished_is_tried_again_later_and_later() {
    let world = World::start().await;
    world.owner.hold();
    world.owner.let_one_on();
    world.install(TOWER, &[]).await.expect(202);
    world.clock.advance(SignedDuration::from_secs(10));
    assert!(world.finisher.step().await.is_err());
    assert_eq!(
        world.finisher.step().await.unwrap(),
        Progress::Idle,
        "not at once"
    );
    world.clock.advance(SignedDuration::from_secs(9));
    assert_eq!(world.finisher.step().await.unwrap(), Progress::Idle);
    world.clock.advance(SignedDuration::from_secs(1));
    world.owner.let_all_on();
    assert_eq!(world.finisher.step().await.unwrap(), Progress::Worked(1));
}

#[tokio::test]
async fn a_removed_system_is_gone_and_its_location_free() {
    let world = World::start().await;
    let system = world.armed().await;
    let gone = world.remove(ADMIN, system).await.expect(204);
    assert_eq!(gone.header("authorization-strategy"), None, "none decided");
    assert!(gone.header("consistency-token").is_some());
    world.get(VIEWER, &path(system)).await.expect(404);
    world.remove(ADMIN, system).await.expect(404);
    world.alarm(system).await.expect(404);
    let (kind, version, state) = world.events().await.pop().unwrap();
    assert_eq!(kind, "io.realguardio.security-system.removed.v1");
    assert_eq!((version, state), (3, None));
    assert_eq!(world.reserved(), 0);
    world.install(TOWER, &[]).await.expect(201);
}

#[tokio::test]
async fn removal_is_finished_when_the_owner_is_back() {
    let world = World::start().await;
    let system = world.system(TOWER).await;
    world.owner.hold();
    world.remove(ADMIN, system).await.expect(204);
    world.owner.let_all_on();
    assert_eq!(world.reserved(), 1);
    world.install(TOWER, &[]).await.expect(409);
    assert_eq!(world.finish().await, Progress::Worked(1));
    assert_eq!(world.reserved(), 0);
    world.install(TOWER, &[]).await.expect(201);
}

#[tokio::test]
async fn what_changed_while_it_was_decided_is_not_removed() {
    for (seen, status) in [(&[][..], 409), (&[("if-match", "\"2\"")], 412)] {
        let world = World::start().await;
        let system = world.armed().await;
        let token = world.token(DEALER_ADMIN);
        let path = path(system);
        world.owner.hold();
        let removal = world.send(&token, Method::DELETE, &path, seen, None);
        let (answer, ()) = tokio::join!(removal, async {
            world.owner.somebody_waits().await;
            world.alarm(system).await.expect(202);
            world.owner.let_all_on();
        });
        answer.expect(status);
        let shown = world.get(VIEWER, &path).await.expect(200);
        assert_eq!(shown.body["state"], "ALARMED");
    }
}

#[tokio::test]
async fn only_the_version_that_was_seen_is_removed() {
    let world = World::start().await;
    let system = world.armed().await;
    let token = world.token(ADMIN);
    let stale = [("if-match", "\"1\"")];
    world
        .send(&token, Method::DELETE, &path(system), &stale, None)
        .await
        .expect(412);
    let seen = [("if-match", "\"2\"")];
    world
        .send(&token, Method::DELETE, &path(system), &seen, None)
        .await
        .expect(204);
}
