//! Postgres: clusters, and a database per test.
//!
//! A test says what it needs and gets a database of its own:
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! let database = testkit::postgres::TestDatabase::create(async |pool| {
//!     sqlx::query("CREATE TABLE system (id uuid PRIMARY KEY)").execute(pool).await.map(drop)
//! }).await?;
//! let systems: i64 = sqlx::query_scalar("SELECT count(*) FROM system").fetch_one(database.pool()).await?;
//! # Ok(()) }
//! ```
//!
//! The cluster is the one that `REALGUARDIO_TEST_POSTGRES_URL` names (`cargo xtask test` starts one
//! for all tests). Without it, a test process starts a cluster of its own, which ends with it. A test that
//! crashes the server has a [`FragileCluster`] to itself.

mod cluster;
mod database;
mod fragile;

pub use cluster::{Cluster, Installation};
pub use database::TestDatabase;
pub use fragile::FragileCluster;
