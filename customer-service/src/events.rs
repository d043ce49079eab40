//! What this service publishes.

mod publish;

pub use publish::{location_changed, location_removed, message};
