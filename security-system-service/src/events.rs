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
pub struct FactEvents {
    /// What it tells of that is kept here.
    aggregates: &'static [&'static str],
    /// What an event tells of these; nothing, if it is of a type that is not known here.
    news: fn(&Event) -> serde_json::Result<Option<News>>,
}

impl Handler for FactEvents {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        match (self.news)(event)? {
            Some(news) => news.keep(connection, event).await?,
            // To pass over a form that is not understood would be to go on allowing what it may end.
            None if self.aggregates.contains(&event.aggregate.as_str()) => {
                anyhow::bail!("{} is not understood", event.event_type)
            }
            None => {}
        }
        Ok(())
    }

    async fn discard(&self, connection: &mut PgConnection, generation: i64) -> anyhow::Result<()> {
        Ok(discard(connection, generation).await?)
    }
}
