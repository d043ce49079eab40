//! Every version of every state that was ever published can be read, and the newest is written so.

use dealer_events::{DealerState, EmploymentState, TeamState};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn golden<T: Serialize + DeserializeOwned>(document: &str) -> serde_json::Result<T> {
    let json: Value = serde_json::from_str(document)?;
    let state: T = serde_json::from_value(json.clone())?;
    assert_eq!(serde_json::to_value(&state)?, json);
    Ok(state)
}

#[test]
fn dealer() -> serde_json::Result<()> {
    let with = golden::<DealerState>(include_str!("../../golden/dealer.v1.json"))?;
    let without =
        golden::<DealerState>(include_str!("../../golden/dealer-without-provider.v1.json"))?;
    assert_eq!(
        (
            with.monitoring_provider_id.is_some(),
            without.monitoring_provider_id
        ),
        (true, None)
    );
    Ok(())
}

#[test]
fn employment() -> serde_json::Result<()> {
    let restricted = golden::<EmploymentState>(include_str!("../../golden/employment.v1.json"))?;
    let always = golden::<EmploymentState>(include_str!(
        "../../golden/employment-without-schedule.v1.json"
    ))?;
    assert!(restricted.schedule.is_some() && always.schedule.is_none());
    assert_eq!(restricted.system_roles().count(), 1);
    Ok(())
}

#[test]
fn team() -> serde_json::Result<()> {
    golden::<TeamState>(include_str!("../../golden/team.v1.json"))?;
    Ok(())
}

/// A state that fails to say what restricts it must not be taken for unrestricted.
#[test]
fn what_restricts_must_be_said() -> serde_json::Result<()> {
    let mut employment: Value = serde_json::from_str(include_str!(
        "../../golden/employment-without-schedule.v1.json"
    ))?;
    employment.as_object_mut().unwrap().remove("schedule");
    assert!(serde_json::from_value::<EmploymentState>(employment).is_err());
    let mut dealer: Value =
        serde_json::from_str(include_str!("../../golden/dealer-without-provider.v1.json"))?;
    dealer
        .as_object_mut()
        .unwrap()
        .remove("monitoringProviderId");
    assert!(serde_json::from_value::<DealerState>(dealer).is_err());
    Ok(())
}

/// A role that this version does not know may be anything: the state is not understood.
#[test]
fn an_unknown_role_is_not_passed_over() {
    let document = include_str!("../../golden/employment.v1.json")
        .replace("SECURITY_SYSTEM_DISARMER", "NEW_ROLE");
    assert!(serde_json::from_str::<EmploymentState>(&document).is_err());
}
