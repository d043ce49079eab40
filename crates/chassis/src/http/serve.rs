//! Serving, and stopping.
//!
//! ```text
//!   told to stop ─▶ the door closes ─▶ farewell: whoever is connected ─▶ those who are silent ─▶ whoever asked
//!                   behind all who     may ask once more, and hears      are hung up on          is answered
//!                   have knocked       that it was the last time
//! ```
//!
//! A connection that is closed in the moment in which its client asks by it leaves the client in the dark: it may have
//! been heard. So nobody is hung up on who may just be asking. What cannot be ruled out on HTTP/1.1, a request that
//! crosses the hanging up, clients [send again](crate::client::send_repeatable).

use std::{io, net::SocketAddr, pin::pin, time::Duration};

use ::http::{HeaderValue, header};
use axum::{
    Router,
    extract::{Request, State, connect_info::IntoMakeServiceWithConnectInfo},
    middleware::{self, Next},
    response::Response,
    serve::Listener,
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service as _;

use crate::telemetry;

/// How long requests may go on when the service is told to stop, with those that come during the farewell.
const GRACE: Duration = Duration::from_secs(10);

/// How long whoever is connected may still ask then: far longer than a request is on its way.
const FAREWELL: Duration = Duration::from_millis(500);

/// How many may have knocked and not been let in: what tokio asks the system for.
const BACKLOG: usize = 1_024;

/// How long a connection may take to say what it wants: all headers of a request, counted from its
/// opening, or from the answer before. Longer than [`http_client`](crate::client::http_client)
/// keeps an idle connection, so that none is closed just when it is used again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves until told to stop. Then takes no new connections, answers what was asked and what is asked by those
/// that are open, for ten seconds at most, and returns. Who is slow to ask is hung up on.
///
/// Handlers may take `ConnectInfo<SocketAddr>`.
///
/// # Errors
///
/// When the listener fails.
pub async fn serve(
    router: Router,
    mut listener: TcpListener,
    shutdown: CancellationToken,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "listening");
    let mut connections = Connections::of(router, shutdown.clone());
    tokio::select! {
        () = connections.accept(&mut listener) => {}
        () = metrics_upkeep() => {}
        () = shutdown.cancelled() => {}
    }
    connections.accept_the_last(listener).await?;
    if timeout(GRACE, connections.end()).await.is_err() {
        tracing::warn!("stopped with requests still running");
    }
    Ok(())
}

/// All who are connected.
struct Connections {
    http: http1::Builder,
    services: IntoMakeServiceWithConnectInfo<Router, SocketAddr>,
    tasks: TaskTracker,
    /// From then on the silent are hung up on.
    farewell: CancellationToken,
}

impl Connections {
    /// Nobody yet. What is answered after `shutdown` is the last answer on its connection.
    fn of(router: Router, shutdown: CancellationToken) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
        let router = router.layer(middleware::from_fn_with_state(shutdown, take_leave));
        Self {
            http,
            services: router.into_make_service_with_connect_info(),
            tasks: TaskTracker::new(),
            farewell: CancellationToken::new(),
        }
    }

    /// Answers whoever connects, until dropped.
    async fn accept(&mut self, listener: &mut TcpListener) {
        loop {
            // axum's own way to accept: what fails is logged, and tried again.
            let (stream, peer) = Listener::accept(listener).await;
            self.answer(stream, peer).await;
        }
    }

    /// Takes everybody in who has connected by now, and nobody else: to the others it is as if nobody were here, so
    /// that they go elsewhere.
    async fn accept_the_last(&mut self, listener: TcpListener) -> io::Result<()> {
        let listener = listener.into_std()?;
        for _ in 0..BACKLOG {
            match listener.accept() {
                Ok((stream, peer)) => {
                    stream.set_nonblocking(true)?;
                    self.answer(TcpStream::from_std(stream)?, peer).await;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // Who knocked is gone.
                Err(_) => {}
            }
        }
        Ok(())
    }

    async fn answer(&mut self, stream: TcpStream, peer: SocketAddr) {
        // What is written in pieces, such as live events, is sent as it is written. A connection that is gone already
        // will say so when it is served.
        let _ = stream.set_nodelay(true);
        let Ok(service) = self.services.call(peer).await;
        let service = TowerToHyperService::new(service);
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        let farewell = self.farewell.clone();
        self.tasks.spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                // First, so that what was asked by then is read.
                biased;
                ended = connection.as_mut() => ended,
                () = farewell.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended");
            }
        });
    }

    /// Waits until all have ended.
    async fn end(self) {
        self.tasks.close();
        if timeout(FAREWELL, self.tasks.wait()).await.is_err() {
            self.farewell.cancel();
            self.tasks.wait().await;
        }
    }
}

/// Says with an answer that it is the last one on this connection, once the service is told to stop.
async fn take_leave(
    State(shutdown): State<CancellationToken>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    if shutdown.is_cancelled() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
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
