//! monitoring-service: the owner of monitoring providers and their people. Nothing is asked of it but what
//! [every owner](super::Grantor) is asked.

/// The owner's name.
pub const NAME: &str = monitoring_events::SOURCE;
