//! Every version of every state that was ever published can be read, and the newest is written so.

use access::Organization;
use monitoring_events::{EmploymentState, MonitoringProviderState, TeamState};
use testkit::golden::{self, golden, knows_every_role, must_say};

#[test]
fn monitoring_provider() {
    let _: MonitoringProviderState =
        golden(include_str!("../../golden/monitoring-provider.v1.json"));
}

#[test]
fn employment() {
    let documents = [
        include_str!("../../golden/employment.v1.json"),
        include_str!("../../golden/employment-without-schedule.v1.json"),
    ];
    let employer = |state: &EmploymentState| Organization::Provider(state.monitoring_provider_id);
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
}

#[test]
fn an_unknown_role_is_not_passed_over() {
    knows_every_role::<EmploymentState>(include_str!("../../golden/employment.v1.json"));
}
