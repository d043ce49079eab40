//! What this service publishes.

mod publish;

pub use publish::{NAMES, location_changed, location_removed, state};
