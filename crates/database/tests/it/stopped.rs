//! Who is stopped in the middle of a transaction keeps nobody from going on.

use std::time::Duration;

use database::{connections, is_outage};
use sqlx::Executor as _;
use testkit::postgres::TestDatabase;

#[tokio::test]
async fn what_a_stopped_instance_has_locked_is_free_again() -> anyhow::Result<()> {
    let database = TestDatabase::create(async |_| anyhow::Ok(())).await?;
    let url = database.url().as_str().into();
    let (stopped, other) = (
        connections(&url, Duration::from_secs(1))?,
        connections(&url, Duration::from_mins(1))?,
    );
    other
        .execute("create table thing as select 1 as version")
        .await?;
    let mut locked = stopped.begin().await?;
    locked.execute("select from thing for update").await?;

    // Waits for the lock, as long as it is held.
    other.execute("update thing set version = 2").await?;

    let late = locked.execute("update thing set version = 3").await;
    let late = late.expect_err("the transaction is over");
    assert!(is_outage(&late), "{late:?}");
    Ok(())
}
