//! A transaction whose commit was cancelled is committed, and over.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use database::{begin, commit, connections};
use futures::poll;
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool, Row as _};
use testkit::postgres::TestDatabase;
use tokio::task::yield_now;

/// What is logged, by whatever is spawned too.
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
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Cancels a commit when the server has made it and nobody here has heard of it.
async fn commit_and_cancel(pool: &PgPool, observer: &mut PgConnection) -> anyhow::Result<()> {
    loop {
        observer.execute("truncate written").await?;
        let mut transaction = begin(pool).await?;
        transaction
            .execute("insert into written default values")
            .await?;
        let mut commit = Box::pin(commit(transaction));
        while poll!(&mut commit).is_pending() {
            let written = "select exists (select from written)";
            if observer.fetch_one(written).await?.try_get(0)? {
                return Ok(());
            }
        }
    }
}

#[tokio::test]
async fn what_is_committed_is_not_rolled_back_besides() -> anyhow::Result<()> {
    let lines = Lines::default();
    let writer = lines.clone();
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let database = TestDatabase::create(async |_| anyhow::Ok(())).await?;
    let pool = connections(&database.url().as_str().into(), Duration::from_secs(30))?;
    let mut observer = PgConnection::connect(database.url().as_str()).await?;
    observer.execute("create table written ()").await?;
    commit_and_cancel(&pool, &mut observer).await?;
    while pool.size() > 0 && pool.num_idle() == 0 {
        yield_now().await;
    }
    // Postgres warns of this one, and it is heard.
    pool.execute("rollback").await?;
    let log = lines.text();
    assert_eq!(
        log.matches("there is no transaction in progress").count(),
        1,
        "{log}"
    );
    Ok(())
}
