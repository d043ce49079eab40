//! Serving, and stopping.

use std::{future::IntoFuture as _, io, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::telemetry;

/// How long a request may go on when the service is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until told to stop. Then takes no new requests, finishes those that run, for
/// ten seconds at most, and returns.
///
/// Handlers may take `ConnectInfo<SocketAddr>`.
///
/// # Errors
///
/// When the listener fails.
pub async fn serve(
    router: Router,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "listening");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service)
        .with_graceful_shutdown(shutdown.clone().cancelled_owned())
        .into_future();
    let out_of_patience = async {
        shutdown.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serving => served,
        () = out_of_patience => {
            tracing::warn!("stopped with requests still running");
            Ok(())
        }
        () = metrics_upkeep() => Ok(()),
    }
}

/// Folds measurements together from time to time, so that a service which nobody scrapes does not
/// collect them for ever.
async fn metrics_upkeep() {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        telemetry::metrics().run_upkeep();
    }
}
