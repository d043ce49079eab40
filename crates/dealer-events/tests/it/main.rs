//! Every version of every state that was ever published can be read, and the newest is written so.

use access::Organization;
use dealer_events::{DealerState, EmploymentState, TeamState};
use testkit::golden::{self, golden, knows_every_role, must_say};

#[test]
fn dealer() {
    let with: DealerState = golden(include_str!("../../golden/dealer.v1.json"));
    let without: DealerState = golden(include_str!("../../golden/dealer-without-provider.v1.json"));
    assert!(with.monitoring_provider_id.is_some());
    assert_eq!(without.monitoring_provider_id, None);
}

#[test]
fn employment() {
    let documents = [
        include_str!("../../golden/employment.v1.json"),
        include_str!("../../golden/employment-without-schedule.v1.json"),
    ];
    let employer = |state: &EmploymentState| Organization::Dealer(state.dealer_id);
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
    let dealer = include_str!("../../golden/dealer-without-provider.v1.json");
    must_say::<DealerState>(dealer, "monitoringProviderId");
}

#[test]
fn an_unknown_role_is_not_passed_over() {
    knows_every_role::<EmploymentState>(include_str!("../../golden/employment.v1.json"));
}
