//! A call whose connection ends without an answer is made once more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chassis::client::{ServiceClient, http_client};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

use crate::client::world;

/// A service that hangs up on so many who ask, and answers the next; and how many asked.
async fn hangs_up(times: usize) -> anyhow::Result<(Url, Arc<AtomicUsize>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?).parse()?;
    let asked = Arc::<AtomicUsize>::default();
    let counter = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 1024];
            if stream
                .read(&mut request)
                .await
                .is_ok_and(|length| length > 0)
                && counter.fetch_add(1, Ordering::SeqCst) >= times
            {
                let answer = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all(answer).await;
            }
        }
    });
    Ok((address, asked))
}

#[tokio::test]
async fn whoever_is_hung_up_on_asks_once_more() -> anyhow::Result<()> {
    let world = world().await?;
    for (times, is_answered) in [(1, true), (2, false)] {
        let (base, asked) = hangs_up(times).await?;
        let deadline = Duration::from_secs(2);
        let tokens = world.tokens.clone();
        let client = ServiceClient::new(base, "other-service", tokens, http_client()?, deadline);
        let answer = client.post("/").json(&json!({})).done().await;
        assert_eq!(answer.is_ok(), is_answered, "{answer:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
    Ok(())
}
