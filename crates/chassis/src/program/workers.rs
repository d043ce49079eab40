//! What runs for as long as the program does.

use std::{any::Any, panic::AssertUnwindSafe};

use anyhow::{Context as _, anyhow};
use axum::Router;
use futures::FutureExt as _;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::http::serve;

/// A program's server and its workers, which live and end together.
///
/// ```text
///   told to stop ──────────────▶ all are told, and waited for     Ok
///   one ends or panics before ─▶ the others are told, and waited  Err, which names it
/// ```
///
/// So nothing that a service promises stops being done while its health says that all is well:
/// whoever runs the program sees it end, and starts it again.
#[derive(Debug)]
#[must_use = "workers are stopped when this is dropped; `finish` waits for them"]
pub struct Workers {
    stop: CancellationToken,
    tasks: JoinSet<(String, Outcome)>,
}

/// How a worker ended: by itself, with an error, or by a panic.
type Outcome = Result<anyhow::Result<()>, Box<dyn Any + Send>>;

impl Workers {
    /// Nobody yet; all of them until `shutdown`.
    pub fn until(shutdown: &CancellationToken) -> Self {
        Self {
            stop: shutdown.child_token(),
            tasks: JoinSet::new(),
        }
    }

    /// By this they are told to stop.
    #[must_use]
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Begins something that goes on until it is told to stop.
    pub fn spawn<Work>(
        &mut self,
        name: impl Into<String>,
        work: impl FnOnce(CancellationToken) -> Work,
    ) where
        Work: Future<Output = ()> + Send + 'static,
    {
        self.begin(name.into(), work(self.stop.clone()).map(Ok));
    }

    /// Begins to [serve].
    pub fn serve(&mut self, router: Router, listener: TcpListener) {
        let server = serve(router, listener, self.stop.clone());
        self.begin("the server".to_owned(), async { Ok(server.await?) });
    }

    fn begin(
        &mut self,
        name: String,
        work: impl Future<Output = anyhow::Result<()>> + Send + 'static,
    ) {
        self.tasks
            .spawn(async move { (name, AssertUnwindSafe(work).catch_unwind().await) });
    }

    /// Waits until all have been told to stop and have done so.
    ///
    /// # Errors
    ///
    /// When one of them ends before, or panics. The others are stopped and waited for then, too.
    pub async fn finish(mut self) -> anyhow::Result<()> {
        let mut finished = Ok(());
        while let Some(ended) = self.tasks.join_next().await {
            let (name, outcome) = ended.context("a worker was aborted")?;
            let told = self.stop.is_cancelled();
            self.stop.cancel();
            finished = finished.and(judge(&name, outcome, told));
        }
        finished
    }
}

fn judge(name: &str, outcome: Outcome, told: bool) -> anyhow::Result<()> {
    match outcome {
        Ok(Ok(())) if told => Ok(()),
        Ok(Ok(())) => Err(anyhow!("{name} has stopped by itself")),
        Ok(Err(error)) => Err(error.context(format!("{name} has failed"))),
        Err(_) => Err(anyhow!("{name} has panicked")),
    }
}
