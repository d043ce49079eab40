//! What this service publishes.

mod publish;

pub use publish::{NAMES, state};
