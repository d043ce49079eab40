//! What is logged while something is done.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, also where this does it for the test"
)]

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::Dispatch;
use tracing::instrument::WithSubscriber as _;

/// Listens to nothing. As long as there is one subscriber alone, `tracing` asks the thread that comes first to a
/// place where something is logged whether anybody listens there, and remembers a *no*; and that may be the
/// thread of another test.
static ANOTHER: LazyLock<Dispatch> =
    LazyLock::new(|| Dispatch::new(tracing_subscriber::fmt().with_env_filter("off").finish()));

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// Nothing yet.
    fn new() -> Self {
        LazyLock::force(&ANOTHER);
        Self::default()
    }

    /// What was written.
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Does it, and returns the lines that it logged meanwhile. What it spawns logs elsewhere.
pub async fn logged<T>(doing: impl Future<Output = T>) -> (T, String) {
    let lines = Lines::new();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let done = doing.with_subscriber(subscriber).await;
    (done, lines.text())
}

/// Does it, and returns how the statements begin that it sent to Postgres meanwhile. What it spawns sends elsewhere.
pub async fn statements<T>(doing: impl Future<Output = T>) -> (T, Vec<String>) {
    let lines = Lines::new();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_env_filter("off,sqlx::query=debug")
        .with_writer(move || writer.clone())
        .finish();
    let done = doing.with_subscriber(subscriber).await;
    let begin = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["fields"]["summary"].as_str().unwrap().to_owned()
    };
    (done, lines.text().lines().map(begin).collect())
}
