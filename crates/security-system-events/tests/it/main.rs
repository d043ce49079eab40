//! Every version of every state that was ever published can be read, and the newest is written so.

use security_system_events::{Action, State, SystemState};
use serde_json::Value;

fn golden(document: &str) -> serde_json::Result<SystemState> {
    let json: Value = serde_json::from_str(document)?;
    let state: SystemState = serde_json::from_value(json.clone())?;
    assert_eq!(serde_json::to_value(&state)?, json);
    Ok(state)
}

#[test]
fn system() -> serde_json::Result<()> {
    let disarmed = golden(include_str!("../../golden/system.v1.json"))?;
    assert_eq!(
        (disarmed.state, disarmed.action),
        (State::Disarmed, Some(Action::Disarm))
    );
    let alarmed = golden(include_str!("../../golden/system-alarmed.v1.json"))?;
    assert_eq!((alarmed.state, alarmed.changed_by), (State::Alarmed, None));
    Ok(())
}
