//! Connections, over a real socket, on a clock that runs ahead while nothing happens.

use std::time::Duration;

use axum::{Router, routing::get};
use chassis::http::serve;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

/// Longer than anybody may take to ask.
const LONG: Duration = Duration::from_secs(40);

async fn connect() -> anyhow::Result<TcpStream> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/", get(async || "here"));
    tokio::spawn(serve(router, listener, CancellationToken::new()));
    Ok(TcpStream::connect(address).await?)
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
        client
            .write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
            .await?;
        let mut answer = vec![0; 1024];
        let length = client.read(&mut answer).await?;
        assert!(answer[..length].ends_with(b"here"));
    }
    Ok(())
}
