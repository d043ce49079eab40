//! Every version of every state that was ever published can be read, and the newest is written so.

use iam_events::{SessionState, UserState};
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
fn user() -> serde_json::Result<()> {
    let user = golden::<UserState>(include_str!("../../golden/user.v1.json"))?;
    assert_eq!(user.roles.len(), 3);
    Ok(())
}

#[test]
fn session() -> serde_json::Result<()> {
    assert!(golden::<SessionState>(include_str!("../../golden/session.v1.json"))?.ended);
    Ok(())
}

/// A session that fails to say whether it has ended must not be taken for one that lasts.
#[test]
fn the_end_of_a_session_must_be_said() -> serde_json::Result<()> {
    let mut session: Value = serde_json::from_str(include_str!("../../golden/session.v1.json"))?;
    session.as_object_mut().unwrap().remove("ended");
    assert!(serde_json::from_value::<SessionState>(session).is_err());
    Ok(())
}
