//! A service as a program: from its first line of log to its last.

mod probe;
mod steps;
mod workers;

pub use self::{
    probe::probe,
    steps::{Wake, steps, steps_when_woken},
    workers::Workers,
};

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{config::Settings, telemetry};

/// Runs a service as a process: starts telemetry, binds the address, runs, tells it to stop at
/// Ctrl-C or SIGTERM, and sends what telemetry is left when it has.
///
/// # Errors
///
/// When telemetry cannot be had, the address is taken, or the service fails.
pub async fn serve<Running>(
    name: &'static str,
    settings: &Settings,
    run: impl FnOnce(TcpListener, CancellationToken) -> Running,
) -> anyhow::Result<()>
where
    Running: Future<Output = anyhow::Result<()>>,
{
    let telemetry = telemetry::init(name, settings)?;
    let shutdown = on_signal()?;
    let served = match TcpListener::bind(settings.listen).await {
        Ok(listener) => run(listener, shutdown).await,
        Err(error) => Err(error).with_context(|| format!("listen at {}", settings.listen)),
    };
    telemetry.shut_down().await;
    served
}

/// Cancelled by the first Ctrl-C or SIGTERM.
fn on_signal() -> anyhow::Result<CancellationToken> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let shutdown = CancellationToken::new();
    let stop = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        stop.cancel();
    });
    Ok(shutdown)
}
