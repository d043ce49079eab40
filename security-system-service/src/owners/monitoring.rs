//! monitoring-service: the owner of monitoring providers and their people. Nothing is asked of it but what
//! [every owner](super::Grantor) is asked.

use super::{DECISION, USER};

/// The owner's name.
pub const NAME: &str = monitoring_events::SOURCE;

/// Where it is asked for facts.
pub const FACTS: [&str; 2] = [DECISION, USER];
