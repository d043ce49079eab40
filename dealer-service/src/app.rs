//! What only dealers do: one use case a file. The others are in [`organization::app`].

mod facts;
mod read_locations;

use std::sync::Arc;

use organization::app::Organizations;
use organization::served::ServedLocations;

/// Dealers, and whom they appointed.
#[derive(Clone)]
pub struct Dealers {
    /// Dealers as organizations.
    pub organizations: Organizations,
    /// Where they serve.
    pub served: Arc<ServedLocations>,
}
