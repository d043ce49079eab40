//! An error body: problem details (RFC 9457).

use serde::Deserialize;

use super::missing::Missing;

/// What a service says about its refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Problem {
    /// The address of its documentation.
    pub r#type: String,
    /// The kind, in words.
    pub title: String,
    /// This case, in words.
    pub detail: Option<String>,
    /// For a denial, the closest missing fact.
    pub missing: Option<Missing>,
    /// Finds the request in the traces.
    pub trace_id: Option<String>,
}

impl Problem {
    /// The last part of the type: `not-a-disarmer`.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.r#type.rsplit('/').next().unwrap_or_default()
    }

    /// Where it is explained; nothing, if it is none of ours.
    #[must_use]
    pub fn page(&self) -> Option<String> {
        let (_, slug) = self.r#type.rsplit_once("/problems/")?;
        page(slug)
    }
}

/// Where the problem of this name is explained, if that can be its name.
#[must_use]
pub fn page(slug: &str) -> Option<String> {
    let plain = |letter: u8| letter.is_ascii_lowercase() || letter == b'-';
    (!slug.is_empty() && slug.bytes().all(plain)).then(|| format!("/problems/{slug}"))
}
