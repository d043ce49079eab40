//! The events that this service publishes.

pub(crate) mod publish;
