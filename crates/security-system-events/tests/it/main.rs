//! Every version of every state that was ever published can be read, and the newest is written so.

use security_system_events::{Action, State, SystemState};
use testkit::golden::golden;

#[test]
fn system() {
    let disarmed: SystemState = golden(include_str!("../../golden/system.v1.json"));
    assert_eq!(
        (disarmed.state, disarmed.action),
        (State::Disarmed, Some(Action::Disarm))
    );
    let alarmed: SystemState = golden(include_str!("../../golden/system-alarmed.v1.json"));
    assert_eq!((alarmed.state, alarmed.changed_by), (State::Alarmed, None));
}
