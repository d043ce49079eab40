//! Every version of every state that was ever published can be read, and the newest is written so.

use access::{Organization, SystemRole};
use customer_events::{CustomerState, EmploymentState, LocationState, TeamState};
use testkit::golden::{golden, knows_every_role, must_say};

#[test]
fn customer() {
    let _: CustomerState = golden(include_str!("../../golden/customer.v1.json"));
}

#[test]
fn location() {
    let with: LocationState = golden(include_str!("../../golden/location.v1.json"));
    let without: LocationState =
        golden(include_str!("../../golden/location-without-dealer.v1.json"));
    assert_eq!((with.dealer_id.is_some(), without.dealer_id), (true, None));
}

#[test]
fn employment() {
    let restricted: EmploymentState = golden(include_str!("../../golden/employment.v1.json"));
    let always: EmploymentState = golden(include_str!(
        "../../golden/employment-without-schedule.v1.json"
    ));
    assert!(restricted.schedule.is_some() && always.schedule.is_none());
    assert_eq!(restricted.system_roles().count(), 1);
    let held = restricted
        .clone()
        .employment("Its name".to_owned())
        .unwrap();
    assert_eq!(
        held.organization,
        Organization::Customer(restricted.customer_id)
    );
    assert_eq!(held.roles, [SystemRole::Disarmer].into());
    assert_eq!(held.location_roles, restricted.location_roles);
    assert_eq!(held.schedule, restricted.schedule);
    assert_eq!(
        always.employment("Its name".to_owned()),
        None,
        "it has ended"
    );
}

#[test]
fn team() {
    let _: TeamState = golden(include_str!("../../golden/team.v1.json"));
}

#[test]
fn what_restricts_must_be_said() {
    let employment = include_str!("../../golden/employment-without-schedule.v1.json");
    must_say::<EmploymentState>(employment, "schedule");
    let location = include_str!("../../golden/location-without-dealer.v1.json");
    must_say::<LocationState>(location, "dealerId");
}

#[test]
fn an_unknown_role_is_not_passed_over() {
    knows_every_role::<EmploymentState>(include_str!("../../golden/employment.v1.json"));
}
