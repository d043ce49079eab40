//! Word of changed sessions, from every replica to every replica.

use std::{convert::Infallible, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::{sync::broadcast, time::sleep};
use tokio_util::sync::CancellationToken;

use super::StoreError;
use crate::domain::SessionId;

/// Changes that a slow listener may be behind before it is told to look at everything.
const BACKLOG: usize = 1024;

/// How long nobody listens when the connection was lost.
const PAUSE: Duration = Duration::from_secs(1);

/// What may have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// This session was renewed, released or ended.
    Session(SessionId),
    /// Word was lost; any session may have changed.
    Anything,
}

/// Where word of changes arrives. Subscribe first and read then, so that nothing falls between.
#[derive(Clone, Debug)]
pub struct Changes {
    heard: broadcast::Sender<Change>,
}

impl Changes {
    /// Changes of which nobody has heard yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            heard: broadcast::Sender::new(BACKLOG),
        }
    }

    /// What is heard from here on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.heard.subscribe()
    }

    /// Passes on what the database says until told to stop.
    pub async fn keep_listening(self, pool: PgPool, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                Err(error) = self.listen(&pool) => tracing::warn!(%error, "deaf to changed sessions"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(PAUSE) => {}
            }
        }
    }

    async fn listen(&self, pool: &PgPool) -> Result<Infallible, StoreError> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen("session").await?;
        self.tell(Change::Anything);
        loop {
            let change = match listener.try_recv().await? {
                Some(word) => word
                    .payload()
                    .parse()
                    .map_or(Change::Anything, Change::Session),
                None => Change::Anything,
            };
            self.tell(change);
        }
    }

    fn tell(&self, change: Change) {
        // Nobody listening is no error.
        let _ = self.heard.send(change);
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self::new()
    }
}

/// Waits until `session` may have changed.
pub async fn changed(heard: &mut broadcast::Receiver<Change>, session: SessionId) {
    loop {
        match heard.recv().await {
            Ok(Change::Session(other)) if other != session => {}
            _ => return,
        }
    }
}
