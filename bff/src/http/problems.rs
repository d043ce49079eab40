//! The ways in which the BFF itself says no.

chassis::problems! {
    /// There is no session.
    pub SIGNED_OUT = 401 "signed-out";
    /// The request was not made by our own pages.
    pub CROSS_SITE = 403 "cross-site";
}
