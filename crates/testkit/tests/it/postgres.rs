use anyhow::Context as _;
use sqlx::{Connection as _, PgConnection};
use testkit::port;
use testkit::postgres::{Installation, TestDatabase};
use testkit::scratch::Scratch;

async fn migrate(pool: &sqlx::PgPool) -> sqlx::Result<()> {
    sqlx::query("CREATE TABLE system (id int PRIMARY KEY)")
        .execute(pool)
        .await
        .map(drop)
}

#[tokio::test]
async fn each_test_has_a_database_of_its_own() -> anyhow::Result<()> {
    let (mine, yours) = (
        TestDatabase::create(migrate).await?,
        TestDatabase::create(migrate).await?,
    );
    sqlx::query("INSERT INTO system VALUES (1)")
        .execute(mine.pool())
        .await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM system")
        .fetch_one(yours.pool())
        .await?;
    assert_eq!(count, 0);
    Ok(())
}

#[tokio::test]
async fn a_dropped_database_is_gone_even_when_somebody_is_connected() -> anyhow::Result<()> {
    let watcher = TestDatabase::create(migrate).await?;
    let database = TestDatabase::create(migrate).await?;
    let name = database.url().path().trim_start_matches('/').to_owned();
    let _connected = database.pool().acquire().await?;
    drop(database);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_database WHERE datname = $1")
        .bind(name)
        .fetch_one(watcher.pool())
        .await?;
    assert_eq!(left, 0);
    Ok(())
}

#[tokio::test]
async fn a_cluster_lets_nobody_in_without_the_password() -> anyhow::Result<()> {
    let postgres = Installation::find().context("no Postgres on this machine")?;
    let files = Scratch::new("guarded-postgres")?;
    let data = files.path().join("data");
    postgres.initialize(&data, "right").await?;
    let cluster = postgres.start(&data, port::free()?, "right", false).await?;
    let mut url = cluster.url().clone();
    PgConnection::connect(url.as_str()).await?.close().await?;
    url.set_password(Some("wrong")).ok().context("an address")?;
    assert!(PgConnection::connect(url.as_str()).await.is_err());
    cluster.stop().await;
    Ok(())
}
