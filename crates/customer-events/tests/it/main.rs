//! Every version of every state that was ever published can be read, and the newest is written so.

use access::Organization;
use customer_events::{CustomerState, EmploymentState, LocationState, TeamState};
use testkit::golden::{self, golden, knows_every_role, must_say};

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
    let documents = [
        include_str!("../../golden/employment.v1.json"),
        include_str!("../../golden/employment-without-schedule.v1.json"),
    ];
    let employer = |state: &EmploymentState| Organization::Customer(state.customer_id);
    golden::employment(documents, employer, EmploymentState::employment);
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
