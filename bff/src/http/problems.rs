//! The ways in which the BFF itself says no, and the pages on all others.

use chassis::problem::{Problem, ProblemType};
use include_dir::{Dir, include_dir};

use crate::store::StoreError;

chassis::problems! {
    /// There is no session.
    pub SIGNED_OUT = 401 "signed-out";
    /// The request was not made by our own pages.
    pub CROSS_SITE = 403 "cross-site";
}

/// Browsers reach no service but us, so what the services answer is explained here too. These are all pages
/// that there are: which service answers with which is no business of browsers.
static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../docs/problems");

/// Every documented problem.
pub(super) fn documented() -> Vec<ProblemType> {
    let pages = PAGES.files().filter_map(|page| {
        let slug = page.path().file_stem()?.to_str()?;
        ProblemType::documented(slug, page.contents_utf8()?)
    });
    pages.collect()
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_outage() {
            Self::unavailable(error)
        } else {
            Self::internal(error)
        }
    }
}
