#![doc = include_str!("../README.md")]

mod accounts;
mod append;
mod broker;
mod consumer;
mod cursor;
mod echo;
mod envelope;
mod event;
mod feed;
mod hints;
mod ids;
mod inbox;
mod message;
mod position;
mod progress;
mod rebuild;
mod relay;
mod status;
mod token;
mod trace;

pub use accounts::{Account, accounts};
pub use append::{append, head, reached};
pub use broker::{ConnectError, connect};
pub use consumer::{Consumer, ConsumerError, Handler};
pub use event::Event;
pub use feed::FeedError;
pub use hints::{Hint, Hints};
pub use inbox::{Inbox, Moves, NotYet};
pub use message::Message;
pub use position::{NotAPosition, Position};
pub use progress::Progress;
pub use rebuild::{NotConsumed, rebuild};
pub use relay::{Relay, RelayError, begin_epoch};
pub use status::{Parked, Replica, parked, replicas};
pub use token::{CONSISTENCY_TOKEN, ConsistencyToken, InvalidToken};

/// Makes or updates the schema `outbox`. Run it before the service's own migrations, as the owner.
///
/// # Errors
///
/// When the database refuses.
pub async fn migrate(pool: &sqlx::PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    sqlx::migrate!().run(pool).await
}
