//! Whoever comes and goes: dealers, their teams, and people who leave and are hired again.

use access::{Schedule, SystemRole};
use outbox::{Event, Handler as _, Message, Position};
use security_system_service::authorization::Strategy;
use security_system_service::events::FactEvents;
use serde_json::json;
use uuid::Uuid;

use crate::world::{
    DISARMER, INSTALLER, LANTERN, OPERATOR, TECHNICIAN, TOWER, World, customer, dealer, dealers,
    employed, employment, location_id, never, path,
};

fn always() -> Schedule {
    let days = [
        "MONDAY",
        "TUESDAY",
        "WEDNESDAY",
        "THURSDAY",
        "FRIDAY",
        "SATURDAY",
        "SUNDAY",
    ];
    let windows = days.map(|day| json!({ "day": day, "start": "00:00", "end": "24:00" }));
    let schedule = json!({ "timeZone": "UTC", "windows": windows, "exceptions": [] });
    serde_json::from_value(schedule).unwrap()
}

#[tokio::test]
async fn with_a_dealer_go_its_people_its_teams_and_its_provider_and_another_takes_their_place() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let appoint = |n: u128| {
            let mut books = world.owner.books();
            let (location, version) = books.locations.get_mut(&location_id(TOWER)).unwrap();
            location.dealer = Some(dealer(n));
            *version += 1;
        };
        appoint(2);
        for gone in [TECHNICIAN, INSTALLER, OPERATOR] {
            world.act(gone, system, "DISARM").await.expect(404);
        }
        world.act(LANTERN, system, "DISARM").await.expect(200);
        // The team has kept its role all the while.
        appoint(1);
        world.act(LANTERN, system, "DISARM").await.expect(404);
        world.act(INSTALLER, system, "DISARM").await.expect(200);
    }
}

#[tokio::test]
async fn of_two_employers_with_two_schedules_each_restricts_what_it_grants() {
    const BOTH: u128 = 50;
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let mut at_customer = employment(BOTH, 1, &[SystemRole::Disarmer]);
        let mut at_dealer = employed(BOTH, dealers(1), &[SystemRole::Disarmer]);
        for (customers, dealers, by) in [
            (always(), never(), Some("customer")),
            (never(), always(), Some("dealer")),
            (never(), never(), None),
        ] {
            at_customer.schedule = Some(customers);
            at_dealer.schedule = Some(dealers);
            for (books, held) in [
                (&world.owner, at_customer.clone()),
                (&world.dealers, at_dealer.clone()),
            ] {
                let employments = &mut books.books().employments;
                employments.retain(|other| other.id != held.id);
                employments.push(held);
            }
            let answer = world.act(BOTH, system, "DISARM").await;
            let Some(by) = by else {
                assert_eq!(answer.expect(403).problem(), "outside-schedule");
                continue;
            };
            let grants = &answer.expect(200).body["authorizedBy"]["grants"];
            assert_eq!(grants.as_array().unwrap().len(), 1);
            assert_eq!(grants[0]["path"], by);
        }
    }
}

#[tokio::test]
async fn whoever_is_hired_again_gets_nothing_back_by_an_event_that_comes_late() {
    let world = World::under(Strategy::Replicate).await;
    let system = world.armed().await;
    let old = employment(DISARMER, 1, &[SystemRole::Disarmer]);
    let mut anew = employment(DISARMER, 1, &[SystemRole::Viewer]);
    anew.id = Uuid::from_u128(0xe_ffff).into();
    {
        let employments = &mut world.owner.books().employments;
        employments.retain(|held| held.id != old.id);
        employments.push(anew);
    }
    world.act(DISARMER, system, "DISARM").await.expect(403);

    let state = json!({
        "employeeId": old.id, "userId": old.user, "customerId": customer(1), "name": "Somebody",
        "active": true, "roles": ["SECURITY_SYSTEM_DISARMER"], "locationRoles": {}, "schedule": null,
    });
    let message = {
        use customer_events::employment::{AGGREGATE, CHANGED};
        Message::changed(AGGREGATE, old.id, 1, CHANGED, &state).unwrap()
    };
    let pool = world.database.pool();
    let generation = "select outbox.generation('customer-service')";
    let generation = sqlx::query_scalar(generation).fetch_one(pool).await;
    let (at, now) = (Position::new(1, 3), world.clock.now());
    let late = Event::of(message, "customer-service", at, now, generation.unwrap());
    let mut connection = pool.acquire().await.unwrap();
    let applied = FactEvents::OF_CUSTOMERS.apply(&mut connection, &late);
    applied.await.unwrap();
    world.act(DISARMER, system, "DISARM").await.expect(403);
    world.get(DISARMER, &path(system)).await.expect(200);
}
