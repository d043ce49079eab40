//! What only dealers do: one use case a file. The others are in [`organization::app`].

mod facts;

use organization::app::Organizations;

/// Dealers, and whom they appointed.
#[derive(Clone)]
pub struct Dealers {
    /// Dealers as organizations.
    pub organizations: Organizations,
}
