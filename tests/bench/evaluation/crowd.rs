//! Whoever asks, and does nothing else: a request is bytes, and of an answer its status and its length are read.

use std::net::SocketAddr;

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection on which one request after another is answered.
pub(super) struct Connection {
    stream: TcpStream,
    /// What was read: an answer, and nothing behind it.
    read: Vec<u8>,
}

/// What ends the headers of an answer.
const END: &[u8] = b"\r\n\r\n";

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            read: Vec::with_capacity(4096),
        })
    }

    /// Sends a request, and reads the whole answer, which is 200.
    pub(super) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<()> {
        self.stream.write_all(request).await?;
        self.read.clear();
        let headers = loop {
            if let Some(end) = self.read.windows(END.len()).position(|part| part == END) {
                break end + END.len();
            }
            self.more().await?;
        };
        let whole = headers + length(&self.read[..headers])?;
        while self.read.len() < whole {
            self.more().await?;
        }
        let text = || String::from_utf8_lossy(&self.read);
        ensure!(self.read.starts_with(b"HTTP/1.1 200"), "{}", text());
        Ok(())
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        let count = self.stream.read_buf(&mut self.read).await?;
        ensure!(count > 0, "it hung up");
        Ok(())
    }
}

/// How long the body is.
fn length(headers: &[u8]) -> anyhow::Result<usize> {
    let headers = std::str::from_utf8(headers)?;
    let mut lines = headers.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    Ok(length.context("an answer without a length")?.parse()?)
}
