//! A network that breaks on command.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    Fair,
    Slow(Duration),
    Cut,
    BlackHole,
}

/// A TCP proxy before a server, which a test breaks and mends. Begins as a perfect network.
#[derive(Debug)]
pub struct ChaosProxy {
    address: SocketAddr,
    target: watch::Sender<SocketAddr>,
    weather: watch::Sender<Weather>,
    acceptor: JoinHandle<()>,
}

impl ChaosProxy {
    /// Listens on a free loopback port and forwards to `target`.
    ///
    /// # Errors
    ///
    /// When no port is free.
    pub async fn start(target: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (weather, forecast) = watch::channel(Weather::Fair);
        let (target, way) = watch::channel(target);
        let acceptor = tokio::spawn(accept(listener, way, forecast));
        Ok(Self {
            address,
            target,
            weather,
            acceptor,
        })
    }

    /// Where clients connect to.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads whoever connects from now on to another server. Connections that are there stay where they are.
    pub fn lead_to(&self, target: SocketAddr) {
        self.target.send_replace(target);
    }

    /// Breaks all connections, and every new one at once: the server is down.
    pub fn cut(&self) {
        self.weather.send_replace(Weather::Cut);
    }

    /// Holds each piece of data back for `by`: the server is slow.
    pub fn delay(&self, by: Duration) {
        self.weather.send_replace(Weather::Slow(by));
    }

    /// Takes everything and passes nothing on: packets are lost, nobody is told.
    pub fn black_hole(&self) {
        self.weather.send_replace(Weather::BlackHole);
    }

    /// Mends the network. What a black hole held back arrives late.
    pub fn restore(&self) {
        self.weather.send_replace(Weather::Fair);
    }
}

impl Drop for ChaosProxy {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

/// Accepts until aborted; the connections end with it.
async fn accept(
    listener: TcpListener,
    target: watch::Receiver<SocketAddr>,
    weather: watch::Receiver<Weather>,
) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(carry(client, target.clone(), weather.clone()));
    }
}

async fn carry(
    client: TcpStream,
    target: watch::Receiver<SocketAddr>,
    mut weather: watch::Receiver<Weather>,
) {
    let mut storm = weather.clone();
    let whole = async {
        // A black hole takes the connection, but the server never hears of it.
        weather
            .wait_for(|now| *now != Weather::BlackHole)
            .await
            .ok()?;
        let target = *target.borrow();
        let server = TcpStream::connect(target).await.ok()?;
        // A perfect network holds nothing back until what went before was acknowledged: that is up to 40 ms.
        client.set_nodelay(true).ok()?;
        server.set_nodelay(true).ok()?;
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::join!(
            pass(from_client, to_server, weather.clone()),
            pass(from_server, to_client, weather)
        );
        Some(())
    };
    tokio::select! {
        _ = storm.wait_for(|now| *now == Weather::Cut) => {}
        _ = whole => {}
    }
}

/// Passes data in one direction until either end closes.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let Ok(now) = weather
            .wait_for(|now| *now != Weather::BlackHole)
            .await
            .map(|now| *now)
        else {
            return;
        };
        if let Weather::Slow(by) = now {
            tokio::time::sleep(by).await;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}
