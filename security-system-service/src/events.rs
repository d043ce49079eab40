//! The events that this service publishes, and those of others that it keeps.

mod customers;
mod dealers;
mod monitoring;
pub(crate) mod publish;

use outbox::{Event, Handler};
use sqlx::PgConnection;

use crate::store::replica::{News, discard};

/// Keeps what one owner of facts tells.
#[derive(Debug, Clone, Copy)]
pub struct FactEvents(&'static [Aggregate]);

/// What is kept here of one kind of aggregate.
#[derive(Debug, Clone, Copy)]
struct Aggregate {
    name: &'static str,
    /// The type of an event that tells its state.
    changed: &'static str,
    /// The type of an event that tells its end.
    removed: &'static str,
    /// What the state, or the end, means here.
    news: fn(Option<&Event>) -> serde_json::Result<News>,
}

impl FactEvents {
    /// What is kept of what this owner tells.
    #[must_use]
    pub fn of(owner: &str) -> Option<Self> {
        match owner {
            customer_events::SOURCE => Some(Self::OF_CUSTOMERS),
            dealer_events::SOURCE => Some(Self::OF_DEALERS),
            monitoring_events::SOURCE => Some(Self::OF_PROVIDERS),
            _ => None,
        }
    }

    /// The types of events that are understood.
    pub fn types(&self) -> impl Iterator<Item = &'static str> {
        let aggregates = self.0.iter();
        aggregates.flat_map(|aggregate| [aggregate.changed, aggregate.removed])
    }

    /// What an event tells; nothing, if it is of something that is not kept here.
    fn news(&self, event: &Event) -> anyhow::Result<Option<News>> {
        let Some(kept) = self.0.iter().find(|kept| kept.name == event.aggregate) else {
            return Ok(None);
        };
        let kind = event.event_type.as_str();
        let state = if kind == kept.changed {
            Some(event)
        } else {
            // To pass over a form that is not understood would be to go on allowing what it may end.
            anyhow::ensure!(kind == kept.removed, "{kind} is not understood");
            None
        };
        Ok(Some((kept.news)(state)?))
    }
}

impl Handler for FactEvents {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        if let Some(news) = self.news(event)? {
            news.keep(connection, event).await?;
        }
        Ok(())
    }

    async fn discard(
        &self,
        connection: &mut PgConnection,
        generation: i64,
        most: i64,
    ) -> anyhow::Result<u64> {
        Ok(discard(connection, generation, most).await?)
    }
}
