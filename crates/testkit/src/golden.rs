//! Documents that were published once, and can be read for ever.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, also where this does it for the test"
)]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The document can be read, and what was read is written so again.
#[must_use]
pub fn golden<T: Serialize + DeserializeOwned>(document: &str) -> T {
    let json: Value = serde_json::from_str(document).unwrap();
    let state: T = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&state).unwrap(), json);
    state
}

/// Without this field the document is not understood: what fails to say what restricts must not be
/// taken for unrestricted.
pub fn must_say<T: DeserializeOwned>(document: &str, field: &str) {
    let mut json: Value = serde_json::from_str(document).unwrap();
    json.as_object_mut().unwrap().remove(field).unwrap();
    assert!(serde_json::from_value::<T>(json).is_err(), "{field}");
}

/// A role that this version does not know may be anything: the document, where it stands instead of a
/// disarmer's, is not understood.
pub fn knows_every_role<T: DeserializeOwned>(document: &str) {
    assert!(serde_json::from_str::<T>(document).is_ok());
    let document = document.replace("SECURITY_SYSTEM_DISARMER", "NEW_ROLE");
    assert!(serde_json::from_str::<T>(&document).is_err());
}
