use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use crate::{ConsistencyToken, InvalidToken, Position};

/// How long a waiting reader goes without looking by itself.
const LOOK: Duration = Duration::from_millis(250);

/// How far this service has come in what it consumes from others.
///
/// Cheap to clone. The [`Consumer`](crate::Consumer)s of the service move it on, and whoever answers
/// a request asks it whether its answer would be fresh enough.
#[derive(Clone, Debug)]
pub struct Inbox {
    pool: PgPool,
    /// The sources that this service consumes. Touched whenever one of them has moved on.
    sources: Arc<watch::Sender<BTreeSet<String>>>,
}

/// Waits for what is kept to move on.
#[derive(Debug)]
pub struct Moves(watch::Receiver<BTreeSet<String>>);

impl Moves {
    /// Returns when it has moved on since the last time, or may have: the consumer may run in another replica of the
    /// service, which is not heard here.
    pub async fn next(&mut self) {
        let _ = timeout(LOOK, self.0.changed()).await;
    }
}

/// The replica is not as fresh as it was asked to be. The answer is 503, never an older one.
#[derive(Debug, thiserror::Error)]
pub enum NotYet {
    /// It has not come so far in time.
    #[error("{source_name} was asked for at {wanted} and has come to {reached}")]
    Behind {
        /// The source that is behind.
        source_name: String,
        /// What was asked for.
        wanted: Position,
        /// How far it has come.
        reached: Position,
    },
    /// It cannot be told how far it has come.
    #[error("the inbox cannot be read")]
    Unknown(#[from] sqlx::Error),
}

impl Inbox {
    /// The inbox in the database of `pool`.
    ///
    /// Make its [`Consumer`](crate::Consumer)s before the first request is answered: it is from them
    /// that it knows what there is to wait for.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool,
            sources: Arc::new(watch::Sender::new(BTreeSet::new())),
        }
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Says that this service consumes `source`, where its [`Consumer`](crate::Consumer) is made only later.
    pub fn consumes(&self, source: &str) {
        self.sources.send_modify(|sources| {
            sources.insert(source.to_owned());
        });
    }

    /// Whoever follows what is kept from the moment of this call on.
    #[must_use]
    pub fn moves(&self) -> Moves {
        Moves(self.sources.subscribe())
    }

    pub(crate) fn moved(&self) {
        self.sources.send_modify(|_| {});
    }

    /// The position up to which everything of `source` is in effect; nothing for a source of which
    /// nothing was ever applied.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn watermark(&self, source: &str) -> Result<Option<Position>, sqlx::Error> {
        sqlx::query_as!(
            Position,
            "select epoch, watermark as position from outbox.inbox where source = $1 and serving and epoch > 0",
            source
        )
        .fetch_optional(&self.pool)
        .await
    }

    /// Waits until everything that `token` asks for is in effect, at most for `deadline`.
    ///
    /// Sources that this service does not consume are not its to wait for. A lower epoch than the
    /// replica's is in effect already, a higher one is waited for.
    ///
    /// # Errors
    ///
    /// When it does not come in time, or cannot be told.
    pub async fn wait_for(
        &self,
        token: &ConsistencyToken,
        deadline: Duration,
    ) -> Result<(), NotYet> {
        self.wait_until(token, Instant::now() + deadline).await
    }

    async fn wait_until(&self, token: &ConsistencyToken, until: Instant) -> Result<(), NotYet> {
        // Listen first, then look: what moves in between has then been heard.
        let mut moves = self.moves();
        while let Some(behind) = self.behind(token, &self.reached().await?) {
            if Instant::now() >= until {
                return Err(behind);
            }
            let _ = timeout_at(until, moves.next()).await;
        }
        Ok(())
    }

    /// What `read` finds where everything that `token` asks for [is in effect](Self::wait_for). With what it found, `read`
    /// says how far that was, by `outbox.standing` in the same statement: so what is fresh enough at once, as nearly always,
    /// costs no question of its own. It is answered with it: it may be further than was asked for.
    ///
    /// What is not is waited for, at most for `deadline`, and then read once more: whoever asks for what will never be
    /// has no more read for them than anybody else.
    ///
    /// # Errors
    ///
    /// When it does not come in time, or cannot be read.
    pub async fn read_at_least<T, R, E, Reading>(
        &self,
        token: &ConsistencyToken,
        deadline: Duration,
        read: impl Fn() -> Reading,
    ) -> Result<(ConsistencyToken, T), E>
    where
        Reading: Future<Output = Result<(ConsistencyToken, T), R>>,
        E: From<NotYet> + From<R>,
    {
        let until = Instant::now() + deadline;
        let (reached, found) = read().await?;
        let Some(behind) = self.behind(token, &reached) else {
            return Ok((reached, found));
        };
        if Instant::now() >= until {
            return Err(behind.into());
        }
        self.wait_until(token, until).await?;
        let (reached, found) = read().await?;
        match self.behind(token, &reached) {
            None => Ok((reached, found)),
            Some(behind) => Err(behind.into()),
        }
    }

    /// All sources in one statement, whatever is asked for: how long that takes tells nobody what is known here.
    async fn reached(&self) -> Result<ConsistencyToken, sqlx::Error> {
        let reached =
            sqlx::query_scalar!(r#"select reached as "reached!" from outbox.standing('{}')"#);
        let reached = reached.fetch_one(&self.pool).await?;
        reached
            .parse()
            .map_err(|error: InvalidToken| sqlx::Error::Decode(error.into()))
    }

    /// What is asked for and not reached yet.
    fn behind(&self, token: &ConsistencyToken, reached: &ConsistencyToken) -> Option<NotYet> {
        let sources = self.sources.borrow();
        let mut wanted = token.iter().filter(|(source, _)| sources.contains(*source));
        wanted.find_map(|(source, wanted)| {
            // A source of which nothing was ever applied is behind everything.
            let reached = reached.get(source).unwrap_or_default();
            (reached < wanted).then(|| NotYet::Behind {
                source_name: source.to_owned(),
                wanted,
                reached,
            })
        })
    }
}
