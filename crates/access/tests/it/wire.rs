//! The wire forms: others rely on these names.

use access::SystemRole::{Armer, Disarmer};
use access::{Facts, InvalidId, Operation, SystemId, UserId, decide};
use jiff::Timestamp;
use rand::SeedableRng;
use serde_json::json;

use crate::world::{ask, closed, customer, employed, facts, location_id, roles, team};

fn everything() -> Facts {
    let mut employment = employed(5, customer(1));
    employment.roles = roles([Disarmer]);
    employment.location_roles = [(location_id(1), roles([Armer, Disarmer]))].into();
    let mut team = team(7, customer(1));
    team.members.insert(employment.id);
    team.roles = [(location_id(1), roles([Armer]))].into();
    let mut facts = facts([employment]);
    facts.teams = vec![team];
    facts
}

#[test]
fn facts_have_one_wire_form() {
    let id = |n: u32| format!("00000000-0000-0000-0000-{n:012}");
    let wire = json!({
        "location": { "id": id(1), "name": "Harbor Tower", "customer": id(1),
            "customerName": "Blue Harbor Offices", "dealer": id(1), "provider": id(1) },
        "employments": [{
            "id": id(5), "user": id(1),
            "organization": { "kind": "customer", "id": id(1) }, "organizationName": "An employer",
            "roles": ["SECURITY_SYSTEM_DISARMER"],
            "locationRoles": { id(1): ["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_DISARMER"] },
            "schedule": null,
        }],
        "teams": [{
            "id": id(7), "name": "Night Watch", "organization": { "kind": "customer", "id": id(1) },
            "members": [id(5)], "roles": { id(1): ["SECURITY_SYSTEM_ARMER"] },
        }],
    });
    assert_eq!(serde_json::to_value(everything()).unwrap(), wire);
    assert_eq!(serde_json::from_value::<Facts>(wire).unwrap(), everything());
}

#[test]
fn a_schedule_left_out_is_not_read_as_unrestricted() {
    let mut wire = serde_json::to_value(everything()).unwrap();
    wire["employments"][0]
        .as_object_mut()
        .unwrap()
        .remove("schedule");
    assert!(serde_json::from_value::<Facts>(wire).is_err());
}

#[test]
fn a_restriction_that_is_not_understood_is_refused() {
    let mut wire = serde_json::to_value(everything()).unwrap();
    wire["employments"][0]["schedule"] =
        json!({ "timeZone": "UTC", "windows": [], "exceptions": [], "onlyWithBadge": true });
    assert!(serde_json::from_value::<Facts>(wire).is_err());
}

#[test]
fn a_decision_has_one_wire_form() {
    let mut facts = everything();
    facts.employments[0].schedule = Some(closed());
    let decision = decide(&ask(Operation::Disarm), &facts);
    let wire = serde_json::to_value(&decision).unwrap();
    assert_eq!(wire["outcome"]["outcome"], "denied");
    assert_eq!(wire["outcome"]["missing"]["path"], "location");
    assert_eq!(wire["question"]["operation"], "DISARM");
    assert_eq!(
        serde_json::from_value::<access::Decision>(wire).unwrap(),
        decision
    );
}

#[test]
fn ids_are_made_from_time_and_randomness_that_are_passed_in() {
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let make = |seed| SystemId::generate(now, &mut rand::rngs::StdRng::seed_from_u64(seed));
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
    assert_eq!(make(1).as_uuid().get_version_num(), 7);
    let (later, mut rng) = (
        now + jiff::SignedDuration::from_millis(1),
        rand::rngs::StdRng::seed_from_u64(3),
    );
    let later = SystemId::generate(later, &mut rng);
    assert!(make(1) < later, "later ids sort later");
}

#[test]
fn the_id_of_a_user_does_not_tell_when_it_was_made() {
    let make = |seed| UserId::generate(&mut rand::rngs::StdRng::seed_from_u64(seed));
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
    assert_eq!(make(1).as_uuid().get_version_num(), 4);
}

#[test]
fn a_text_that_is_no_uuid_is_no_id() {
    assert_eq!("tower".parse::<UserId>(), Err(InvalidId));
    let id: UserId = crate::world::user(1);
    assert_eq!(id.to_string().parse(), Ok(id));
}

#[test]
fn operations_have_one_name_in_policies_and_settings() {
    let names = ["view", "arm", "disarm", "acknowledge"];
    assert_eq!(Operation::ALL.map(Operation::as_str), names);
    let read = names.map(|name| Operation::from_name(name).unwrap());
    assert_eq!(read, Operation::ALL);
    assert_eq!(Operation::from_name("VIEW"), None);
}
