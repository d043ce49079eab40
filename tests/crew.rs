//! People who work without a pause, each at a task of their own, and are counted.

use std::time::Duration;

use anyhow::{Context as _, bail};
use futures::future::try_join_all;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// All who work. In the end each leaves something to be looked at.
pub struct Crew<Left> {
    working: JoinSet<anyhow::Result<Left>>,
    closing: CancellationToken,
    counts: Vec<watch::Receiver<usize>>,
}

/// Nobody, so far.
impl<Left> Default for Crew<Left> {
    fn default() -> Self {
        Self {
            working: JoinSet::new(),
            closing: CancellationToken::new(),
            counts: Vec::new(),
        }
    }
}

impl<Left: Send + 'static> Crew<Left> {
    /// Counts what is done: by one of them, or by several together.
    pub fn counter(&mut self) -> watch::Sender<usize> {
        let (counter, count) = watch::channel(0);
        self.counts.push(count);
        counter
    }

    /// Says when to end.
    #[must_use]
    pub fn closing(&self) -> CancellationToken {
        self.closing.clone()
    }

    /// Somebody more works, until it is said to end.
    pub fn add(&mut self, work: impl Future<Output = anyhow::Result<Left>> + Send + 'static) {
        self.working.spawn(work);
    }

    /// How much was done so far.
    #[must_use]
    pub fn done(&self) -> usize {
        self.counts.iter().map(|count| *count.borrow()).sum()
    }

    /// Waits until every counter has counted so much more; fails if that takes longer than this, or anybody stops.
    pub async fn goes_on(&mut self, more: usize, patience: Duration) -> anyhow::Result<()> {
        let enough = self.counts.iter_mut().map(|count| {
            let enough = *count.borrow() + more;
            async move {
                let reached = count.wait_for(|count| *count >= enough).await;
                reached.map(drop)
            }
        });
        tokio::select! {
            reached = timeout(patience, try_join_all(enough)) => {
                let reached = reached.context("somebody's work does not go on any more")?;
                if reached.is_ok() {
                    return Ok(());
                }
            }
            Some(stopped) = self.working.join_next() => {
                stopped??;
                bail!("somebody stopped")
            }
        }
        // Whoever stops counts no more, and may be seen by that first.
        if let Some(stopped) = self.working.join_next().await {
            stopped??;
        }
        bail!("somebody stopped")
    }

    /// Says that it is the end, and waits for what each leaves.
    pub async fn end(&mut self) -> anyhow::Result<Vec<Left>> {
        self.closing.cancel();
        let mut left = Vec::new();
        while let Some(ended) = self.working.join_next().await {
            left.push(ended??);
        }
        Ok(left)
    }
}
