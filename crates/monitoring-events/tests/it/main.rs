//! Every version of every state that was ever published can be read, and the newest is written so.

use access::{Organization, SystemRole};
use monitoring_events::{EmploymentState, MonitoringProviderState, TeamState};
use testkit::golden::{golden, knows_every_role, must_say};

#[test]
fn monitoring_provider() {
    let _: MonitoringProviderState =
        golden(include_str!("../../golden/monitoring-provider.v1.json"));
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
        Organization::Provider(restricted.monitoring_provider_id)
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
}

#[test]
fn an_unknown_role_is_not_passed_over() {
    knows_every_role::<EmploymentState>(include_str!("../../golden/employment.v1.json"));
}
