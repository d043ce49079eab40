//! Every version of every state that was ever published can be read, and the newest is written so.

use access::{Organization, SystemRole};
use dealer_events::{DealerState, EmploymentState, TeamState};
use testkit::golden::{golden, knows_every_role, must_say};

#[test]
fn dealer() {
    let with: DealerState = golden(include_str!("../../golden/dealer.v1.json"));
    let without: DealerState = golden(include_str!("../../golden/dealer-without-provider.v1.json"));
    assert!(with.monitoring_provider_id.is_some());
    assert_eq!(without.monitoring_provider_id, None);
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
        Organization::Dealer(restricted.dealer_id)
    );
    assert_eq!(held.roles, [SystemRole::Disarmer].into());
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
    let dealer = include_str!("../../golden/dealer-without-provider.v1.json");
    must_say::<DealerState>(dealer, "monitoringProviderId");
}

#[test]
fn an_unknown_role_is_not_passed_over() {
    knows_every_role::<EmploymentState>(include_str!("../../golden/employment.v1.json"));
}
