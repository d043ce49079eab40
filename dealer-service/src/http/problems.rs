//! The way to fail that only dealers know.

chassis::problems! {
    /// The caller's application roles do not allow it.
    pub NOT_A_DEALER_ADMINISTRATOR = 403 "not-a-dealer-administrator";
}
