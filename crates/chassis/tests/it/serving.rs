//! Connections, over a real socket, on a clock that runs ahead while nothing happens.

use std::{
    io::{self, Write as _},
    net,
    time::Duration,
};

use axum::{Router, routing::get};
use chassis::http::serve;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

/// Longer than anybody may take to ask.
const LONG: Duration = Duration::from_secs(40);

const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n";

async fn connect() -> anyhow::Result<TcpStream> {
    Ok(TcpStream::connect(Server::start().await?.address).await?)
}

struct Server {
    address: net::SocketAddr,
    shutdown: CancellationToken,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/", get(async || "here"));
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(serve(router, listener, shutdown.clone()));
        Ok(Self {
            address,
            shutdown,
            task,
        })
    }
}

/// Asks, and is answered.
async fn ask(client: &mut TcpStream) -> anyhow::Result<()> {
    client.write_all(ASK).await?;
    let mut answer = vec![0; 1024];
    let length = client.read(&mut answer).await?;
    assert!(answer[..length].ends_with(b"here"));
    Ok(())
}

/// What the server says until it hangs up, which it must.
async fn heard(mut stream: TcpStream) -> anyhow::Result<String> {
    let mut text = String::new();
    timeout(LONG, stream.read_to_string(&mut text)).await??;
    Ok(text)
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_hung_up_on() -> anyhow::Result<()> {
    let silent = connect().await?;
    assert_eq!(heard(silent).await?, "");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn who_never_comes_to_an_end_is_hung_up_on() -> anyhow::Result<()> {
    let mut slow = connect().await?;
    let begun = Instant::now();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n").await?;
    // One byte a second, and never the last one.
    let (mut reader, mut writer) = slow.into_split();
    let drip = async {
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        while writer.write_all(b"x").await.is_ok() {
            ticks.tick().await;
        }
    };
    let mut text = String::new();
    tokio::select! {
        () = drip => {}
        // What was dripped and not read any more makes it a reset.
        end = timeout(LONG, reader.read_to_string(&mut text)) => { let _ = end?; }
    }
    assert!(!text.contains("here"), "{text}");
    assert!(begun.elapsed() < LONG);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn who_asks_is_answered_and_may_ask_again() -> anyhow::Result<()> {
    let mut client = connect().await?;
    for _ in 0..2 {
        ask(&mut client).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_a_server_that_is_told_to_stop_is_answered_once_more() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let mut known = TcpStream::connect(server.address).await?;
    ask(&mut known).await?;
    // Nothing is awaited in here: the server learns of all of it at once, and of its end first.
    server.shutdown.cancel();
    assert_eq!(known.try_write(ASK)?, ASK.len());
    let mut new = net::TcpStream::connect(server.address)?;
    new.write_all(ASK)?;
    new.set_nonblocking(true)?;
    for client in [known, TcpStream::from_std(new)?] {
        let answer = heard(client).await?;
        assert!(answer.contains("connection: close"), "{answer}");
        assert!(answer.ends_with("here"), "{answer}");
    }
    server.task.await??;
    assert!(TcpStream::connect(server.address).await.is_err());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_told_to_stop_does_not_wait_for_the_silent() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let mut silent = TcpStream::connect(server.address).await?;
    ask(&mut silent).await?;
    let told = Instant::now();
    server.shutdown.cancel();
    assert_eq!(heard(silent).await?, "");
    server.task.await??;
    assert!(told.elapsed() < Duration::from_secs(1));
    Ok(())
}
