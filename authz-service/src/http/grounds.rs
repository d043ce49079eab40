//! What all answers rest on.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Known;

/// The policies and the facts that were asked: one version, one revision.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Grounds {
    /// The digest of the policies.
    policy_version: String,
    /// The revision of the facts, in this instance.
    revision: u64,
    /// How old the facts are at most, where they are told by others.
    #[serde(skip_serializing_if = "Option::is_none")]
    facts_age_ms: Option<i64>,
}

impl From<&Known> for Grounds {
    fn from(known: &Known) -> Self {
        Self {
            policy_version: known.view.version().to_owned(),
            revision: known.view.revision(),
            facts_age_ms: known.age_ms(),
        }
    }
}
