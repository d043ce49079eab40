//! What only monitoring providers do: one use case a file. The others are in
//! [`organization::app`].

mod read_locations;

use std::sync::Arc;

use organization::app::Organizations;
use organization::served::ServedLocations;

use crate::dealer_service::DealerService;

/// Monitoring providers, and where they watch.
#[derive(Clone)]
pub struct Providers {
    /// Monitoring providers as organizations.
    pub organizations: Organizations,
    /// On whose behalf they watch.
    pub dealers: Arc<DealerService>,
    /// Where these serve.
    pub served: Arc<ServedLocations>,
}
