//! Documents that were published once, and can be read for ever.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, also where this does it for the test"
)]

use access::{Employment, Organization, SystemRole};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The document can be read, and what was read is written so again.
#[must_use]
pub fn golden<T: Serialize + DeserializeOwned>(document: &str) -> T {
    let json: Value = serde_json::from_str(document).unwrap();
    let state: T = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&state).unwrap(), json);
    state
}

/// Two employments in the words of the law: a disarmer's, with a schedule; and one that has none, but has ended, of which
/// nothing is left.
pub fn employment<T: Serialize + DeserializeOwned>(
    [restricted, ended]: [&str; 2],
    employer: impl Fn(&T) -> Organization,
    in_words_of_the_law: impl Fn(T, String) -> Option<Employment>,
) {
    let state: T = golden(restricted);
    let employer = employer(&state);
    let name = || "Its name".to_owned();
    let held = in_words_of_the_law(state, name()).unwrap();
    assert_eq!(
        (held.organization, held.organization_name),
        (employer, name())
    );
    assert_eq!(held.roles, [SystemRole::Disarmer].into());
    let json: Value = serde_json::from_str(restricted).unwrap();
    assert!(held.schedule.is_some());
    assert_eq!(
        serde_json::to_value(held.schedule).unwrap(),
        json["schedule"]
    );
    let at = json.get("locationRoles").cloned();
    let held_at = serde_json::to_value(held.location_roles).unwrap();
    assert_eq!(held_at, at.unwrap_or_else(|| json!({})));

    let json: Value = serde_json::from_str(ended).unwrap();
    assert_eq!(json["schedule"], Value::Null);
    assert_eq!(in_words_of_the_law(golden(ended), name()), None);
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
