//! A transaction whose beginning was cancelled is over.

use std::time::Duration;

use database::{begin_with, connections};
use futures::poll;
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool, Row as _};
use testkit::postgres::TestDatabase;
use tokio::task::yield_now;

const BEGIN: &str = "begin isolation level repeatable read read only";

/// Cancels a transaction when the server has begun it and nobody here has heard of it.
async fn begin_and_cancel(pool: &PgPool, observer: &mut PgConnection) -> anyhow::Result<()> {
    let in_transaction =
        "select exists (select from pg_stat_activity where datname = current_database()
                                and state = 'idle in transaction')";
    loop {
        let mut begin = Box::pin(begin_with(pool, BEGIN));
        while poll!(&mut begin).is_pending() {
            if observer.fetch_one(in_transaction).await?.try_get(0)? {
                return Ok(());
            }
        }
    }
}

#[tokio::test]
async fn whoever_comes_next_is_in_no_transaction() -> anyhow::Result<()> {
    let database = TestDatabase::create(async |_| anyhow::Ok(())).await?;
    let pool = connections(&database.url().as_str().into(), Duration::from_secs(30))?;
    let mut observer = PgConnection::connect(database.url().as_str()).await?;
    begin_and_cancel(&pool, &mut observer).await?;
    while pool.size() > 0 && pool.num_idle() == 0 {
        yield_now().await;
    }
    pool.execute("create table written ()").await?;
    let written = "select exists (select from pg_class where relname = 'written')";
    assert!(observer.fetch_one(written).await?.try_get::<bool, _>(0)?);
    Ok(())
}
