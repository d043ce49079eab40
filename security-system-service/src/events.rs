//! The events that this service publishes, and those of others that it keeps.

mod customers;
mod dealers;
mod monitoring;
pub(crate) mod publish;

pub use customers::CustomerEvents;
pub use dealers::DealerEvents;
pub use monitoring::MonitoringEvents;
