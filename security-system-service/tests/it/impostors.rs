//! An owner of facts that says more than is its own to say: it grants at another's organizations, by using their ids.

use access::SystemRole::Disarmer;
use access::{Organization, ProviderId};
use http::Method;
use outbox::{Event, Handler as _, Message, Position};
use security_system_service::authorization::Strategy;
use security_system_service::events::FactEvents;
use serde_json::json;

use crate::world::{
    DISARMER, OPERATOR, STRANGER, TECHNICIAN, TOWER, VIEWER, World, dealer, dealers, employed,
    employment, id, location_id, path, provider, team,
};

/// Tells as customers' what only customer-service may tell: where it is asked by the kind of organization too, and where it
/// tells by events by the id, since its language has no other kind.
fn usurp(world: &World) {
    let disarmer = employment(DISARMER, 1, &[Disarmer]);
    let harbor = disarmer.organization;
    let mut viewers = team(66, harbor, &[&employment(VIEWER, 1, &[])]);
    viewers.roles = [(location_id(TOWER), [Disarmer].into())].into();
    for owner in [&world.dealers, &world.monitoring] {
        let mut books = owner.books();
        books
            .employments
            .push(employed(STRANGER, harbor, &[Disarmer]));
        books.teams.push(viewers.clone());
    }
}

#[tokio::test]
async fn who_keeps_dealers_grants_nothing_at_customers_by_events() {
    for strategy in [Strategy::Replicate, Strategy::Combine] {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let people = [(VIEWER, 403), (STRANGER, 404), (DISARMER, 200)];
        let people = people.map(|(who, status)| {
            let token = world.token_telling(who, json!(world.claims(who)));
            (who, token, status)
        });
        usurp(&world);
        for (who, token, status) in people {
            let body = Some(json!({ "action": "DISARM" }));
            let path = path(system);
            let sent = world.send(&token, Method::PUT, &path, &[], body);
            let answered = sent.await.status;
            assert_eq!((strategy, who, answered), (strategy, who, status));
            let list = world.send(&token, Method::GET, "/securitysystems", &[], None);
            let list = list.await.expect(200);
            let listed = list.body["items"].as_array().unwrap().len();
            assert_eq!((who, listed), (who, usize::from(status != 404)));
        }
    }
}

/// It would not be a yes, but two locations where there is one.
#[tokio::test]
async fn who_keeps_providers_appoints_nobody_for_a_dealer() {
    let world = World::under(Strategy::Replicate).await;
    let system = world.armed().await;
    let as_provider = Organization::Provider(ProviderId::from(dealer(1).as_uuid()));
    let intruder = employed(STRANGER, as_provider, &[Disarmer]);
    world.monitoring.books().employments.push(intruder);
    assert_eq!(world.act(STRANGER, system, "DISARM").await.status, 404);
    let list = world.get(TECHNICIAN, "/securitysystems").await.expect(200);
    let listed = list.body["items"].as_array().unwrap();
    assert_eq!(
        (
            listed.len(),
            id(&world.get(TECHNICIAN, &path(system)).await)
        ),
        (1, system)
    );
    assert_eq!(world.act(OPERATOR, system, "DISARM").await.status, 200);
}

/// What is wrong is no answer: whoever could be granted something by that owner is not told yes, and not no either.
#[tokio::test]
async fn an_owner_that_tells_of_others_has_told_nothing() {
    let world = World::under(Strategy::Fetch).await;
    let system = world.armed().await;
    usurp(&world);
    for who in [STRANGER, VIEWER, TECHNICIAN] {
        let answer = world.act(who, system, "DISARM").await.expect(503);
        assert_eq!(answer.problem(), "undecided");
    }
    world.get(STRANGER, "/securitysystems").await.expect(503);
    let done = world.act(DISARMER, system, "DISARM").await.expect(200);
    assert_eq!(done.body["authorizedBy"]["partial"], true);
}

/// Whom a dealer appointed is not for the owner of locations to tell, also where the dealers' owner is silent.
#[tokio::test]
async fn who_keeps_locations_appoints_no_provider() {
    let world = World::under(Strategy::Fetch).await;
    let system = world.armed().await;
    for (location, _) in world.owner.books().locations.values_mut() {
        location.provider = Some(provider(1));
    }
    world.to_dealers.cut();
    world.act(OPERATOR, system, "DISARM").await.expect(503);
}

/// Otherwise one aggregate could speak for another, and the end of the other would not be its end.
#[tokio::test]
async fn a_state_that_is_anothers_is_not_understood() {
    use dealer_events::employment::{AGGREGATE, CHANGED};
    let world = World::start().await;
    let mut connection = world.database.pool().acquire().await.unwrap();
    let held = employed(TECHNICIAN, dealers(1), &[Disarmer]);
    let state = json!({
        "employeeId": held.id, "userId": held.user, "dealerId": dealer(1), "name": "Somebody", "active": true,
        "roles": held.roles, "schedule": null,
    });
    for (id, aggregate, understood) in [
        (held.id.as_uuid(), AGGREGATE, true),
        (held.user.as_uuid(), AGGREGATE, false),
        (held.id.as_uuid(), dealer_events::team::AGGREGATE, false),
    ] {
        let message = Message::changed(aggregate, id, 1, CHANGED, &state).unwrap();
        let (at, now) = (Position::new(1, 1), world.clock.now());
        let event = Event::of(message, "dealer-service", at, now, 1);
        let applied = FactEvents::OF_DEALERS.apply(&mut connection, &event).await;
        assert_eq!(applied.is_ok(), understood, "{aggregate} {id}");
    }
}
