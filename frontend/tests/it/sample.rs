//! Systems to test with.

use frontend::model::system::{Action, State, System, SystemId};
use serde_json::json;

/// A system as the API writes it.
pub(crate) fn system(id: &str, state: &str, version: u64) -> System {
    serde_json::from_value(json!({
        "id": id,
        "location": { "id": format!("location-of-{id}"), "name": "Harbor Tower" },
        "customer": { "id": "customer", "name": "Blue Harbor Offices" },
        "state": state,
        "version": version,
        "actions": match state {
            "ARMED" => json!(["DISARM"]),
            "ALARMED" => json!(["DISARM", "ACKNOWLEDGE"]),
            _ => json!(["ARM"]),
        },
        "reasons": {},
    }))
    .unwrap()
}

/// The same, with who made this version.
pub(crate) fn changed_by(user_id: &str, system: System) -> System {
    let action = if system.state == State::Disarmed {
        "DISARM"
    } else {
        "ARM"
    };
    let change = json!({ "by": { "userId": user_id, "name": "Ada Ruiz" }, "at": "2026-11-22T10:00:00Z", "action": action });
    System {
        changed: Some(serde_json::from_value(change).unwrap()),
        ..system
    }
}

/// The same, with nothing left to do.
pub(crate) fn without_actions(system: System) -> System {
    let reasons = [(Action::Disarm, "not-a-disarmer".to_owned())].into();
    System {
        actions: Vec::new(),
        reasons,
        ..system
    }
}

pub(crate) fn id(id: &str) -> SystemId {
    SystemId(id.to_owned())
}
