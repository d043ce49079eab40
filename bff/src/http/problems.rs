//! The ways in which the BFF itself says no.

use chassis::problem::Problem;

use crate::store::StoreError;

chassis::problems! {
    /// There is no session.
    pub SIGNED_OUT = 401 "signed-out";
    /// The request was not made by our own pages.
    pub CROSS_SITE = 403 "cross-site";
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
