//! Serving, and stopping.

use std::{io, net::SocketAddr, time::Duration};

use axum::{Router, serve::Listener};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use crate::telemetry;

/// How long a request may go on when the service is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long a connection may take to say what it wants: all headers of a request, counted from its
/// opening, or from the answer before. Longer than [`http_client`](crate::client::http_client)
/// keeps an idle connection, so that none is closed just when it is used again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves until told to stop. Then takes no new requests, finishes those that run, for
/// ten seconds at most, and returns. Who is slow to ask is hung up on.
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
    let connections = GracefulShutdown::new();
    tokio::select! {
        () = accept(router, listener, &connections) => {}
        () = metrics_upkeep() => {}
        () = shutdown.cancelled() => {}
    }
    if tokio::time::timeout(GRACE, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("stopped with requests still running");
    }
    Ok(())
}

/// Answers whoever connects, until dropped.
async fn accept(router: Router, mut listener: TcpListener, connections: &GracefulShutdown) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let mut services = router.into_make_service_with_connect_info::<SocketAddr>();
    loop {
        // axum's own way to accept: what fails is logged, and tried again.
        let (stream, peer) = Listener::accept(&mut listener).await;
        // What is written in pieces, such as live events, is sent as it is written. A connection that is gone already
        // will say so when it is served.
        let _ = stream.set_nodelay(true);
        let Ok(service) = services.call(peer).await;
        let service = TowerToHyperService::new(service);
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
        });
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
