//! Where a browser goes after signing in: a page of ours, never another site.

use url::Url;

/// A path of this origin, with query and fragment. Starts with exactly one slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// `None` for whatever a browser might take for another place: other schemes and hosts, `//`,
    /// backslashes, control characters, and dot segments that lead to any of these; and for the
    /// BFF's own endpoints, which are no pages.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if !text.starts_with('/') || text.contains(|c: char| c == '\\' || c.is_control()) {
            return None;
        }
        let here = Url::parse("https://here.invalid").ok()?;
        let there = here.join(text).ok()?;
        // Resolved as a browser does it, so what is compared is what a browser would open.
        let path = &there[url::Position::BeforePath..];
        let local = there.origin() == here.origin() && !path.starts_with("//");
        let page = !["/bff", "/api"].iter().any(|own| under(there.path(), own));
        (local && page).then(|| Self(path.to_owned()))
    }

    /// As it stands in a `Location` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ReturnPath {
    /// The front page.
    fn default() -> Self {
        Self("/".to_owned())
    }
}

fn under(path: &str, root: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
