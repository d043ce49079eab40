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
///   told to stop ──────────────▶ the server is told, and waited for; then the workers     Ok
///   one ends or panics before ─▶ so are the others                                        Err, which names it
/// ```
///
/// What is answered last is published, heard and written down as what was answered before it. And nothing that a service promises stops being done while its health says that all is well:
/// whoever runs the program sees it end, and starts it again.
#[derive(Debug)]
#[must_use = "workers are stopped when this is dropped; `finish` waits for them"]
pub struct Workers {
    stop: CancellationToken,
    /// By this the workers are told, once nobody is served any more.
    rest: CancellationToken,
    tasks: JoinSet<(Role, String, Outcome)>,
    /// How many servers there are.
    servers: usize,
}

/// Who ends first when all are told to stop, and who after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Server,
    Worker,
}

/// How a worker ended: by itself, with an error, or by a panic.
type Outcome = Result<anyhow::Result<()>, Box<dyn Any + Send>>;

impl Workers {
    /// Nobody yet; all of them until `shutdown`.
    pub fn until(shutdown: &CancellationToken) -> Self {
        Self {
            stop: shutdown.child_token(),
            rest: CancellationToken::new(),
            tasks: JoinSet::new(),
            servers: 0,
        }
    }

    /// By this the server is told to stop, before the workers.
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
        let work = work(self.rest.clone()).map(Ok);
        self.begin(Role::Worker, name.into(), work);
    }

    /// Begins to [serve].
    pub fn serve(&mut self, router: Router, listener: TcpListener) {
        let server = serve(router, listener, self.stop.clone());
        let server = async { Ok(server.await?) };
        self.begin(Role::Server, "the server".to_owned(), server);
        self.servers += 1;
    }

    fn begin(
        &mut self,
        role: Role,
        name: String,
        work: impl Future<Output = anyhow::Result<()>> + Send + 'static,
    ) {
        self.tasks
            .spawn(async move { (role, name, AssertUnwindSafe(work).catch_unwind().await) });
    }

    /// Waits until all have been told to stop and have done so.
    ///
    /// # Errors
    ///
    /// When one of them ends before, or panics. The others are stopped and waited for then, too.
    pub async fn finish(mut self) -> anyhow::Result<()> {
        let mut finished = Ok(());
        loop {
            let no_server = self.servers == 0 && !self.rest.is_cancelled();
            tokio::select! {
                ended = self.tasks.join_next() => {
                    let Some(ended) = ended else { return finished };
                    let (role, name, outcome) = ended.context("a worker was aborted")?;
                    self.servers -= usize::from(role == Role::Server);
                    let told = self.stop.is_cancelled();
                    self.stop.cancel();
                    finished = finished.and(judge(&name, outcome, told));
                }
                () = self.stop.cancelled(), if no_server => self.rest.cancel(),
            }
        }
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
