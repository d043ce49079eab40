//! A database for one test.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use tokio::sync::OnceCell;
use url::Url;

use super::{Cluster, Installation};
use crate::port;
use crate::scratch::Scratch;

/// Names a running cluster, with a superuser who may create databases.
const VARIABLE: &str = "REALGUARDIO_TEST_POSTGRES_URL";

/// What to do where there is neither a cluster nor a way to start one.
const MISSING: &str = "these tests need a real Postgres. Either install it (Debian, Ubuntu: `apt-get install postgresql`), \
     or run all tests by `cargo xtask test`, or set REALGUARDIO_TEST_POSTGRES_URL to a cluster on which \
     databases may be created, such as postgres://postgres:password@127.0.0.1:5432/postgres";

/// This process' own cluster, for as long as the process lives.
static OWN: OnceCell<(Cluster, Scratch)> = OnceCell::const_new();

/// A database of its own, removed when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    server: Url,
    url: Url,
    pool: PgPool,
}

impl TestDatabase {
    /// Creates a database and lets `migrate` give it its tables.
    ///
    /// # Errors
    ///
    /// When there is no Postgres to be had, or the migration fails.
    pub async fn create<E>(
        migrate: impl AsyncFnOnce(&PgPool) -> Result<(), E>,
    ) -> anyhow::Result<Self>
    where
        E: Into<anyhow::Error>,
    {
        Self::create_on(None, migrate).await
    }

    /// The same, in this cluster, if one is named.
    ///
    /// # Errors
    ///
    /// When it does not answer, or the migration fails.
    pub async fn create_on<E>(
        cluster: Option<&Url>,
        migrate: impl AsyncFnOnce(&PgPool) -> Result<(), E>,
    ) -> anyhow::Result<Self>
    where
        E: Into<anyhow::Error>,
    {
        let server = match cluster {
            Some(server) => server.clone(),
            None => server().await?,
        };
        let name = unique_name();
        let mut url = server.clone();
        url.set_path(&name);
        execute(&server, format!("create database {name}"))
            .await
            .context(MISSING)?;
        // Few connections: many tests run at once, each with pools of its own.
        let options: PgConnectOptions = url.as_str().parse()?;
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(30))
            .connect_lazy_with(options);
        let database = Self {
            name,
            server,
            url,
            pool,
        };
        migrate(&database.pool)
            .await
            .map_err(Into::into)
            .context("migrate the test's database")?;
        Ok(database)
    }

    /// Connections of the cluster's superuser.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The database's address, user and password included.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }
}

impl Drop for TestDatabase {
    /// Removes the database, whoever is still connected. Runs on a thread of its own, because the
    /// runtime of the test may be about to end.
    fn drop(&mut self) {
        let server = self.server.clone();
        let statement = format!("drop database if exists {} with (force)", self.name);
        let removal = std::thread::spawn(move || -> anyhow::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(execute(&server, statement))
        });
        if !matches!(removal.join(), Ok(Ok(()))) {
            eprintln!("the test database {} could not be removed", self.name);
        }
    }
}

async fn server() -> anyhow::Result<Url> {
    if let Ok(url) = std::env::var(VARIABLE) {
        return url
            .parse()
            .with_context(|| format!("{VARIABLE} is not an address"));
    }
    let (cluster, _) = OWN.get_or_try_init(start).await?;
    Ok(cluster.url().clone())
}

async fn start() -> anyhow::Result<(Cluster, Scratch)> {
    let postgres = Installation::find().context(MISSING)?;
    let scratch = Scratch::new("postgres")?;
    let data = scratch.path().join("data");
    postgres.initialize(&data, "test").await?;
    Installation::let_everybody_in(&data)?;
    let cluster = postgres.start(&data, port::free()?, "test", false).await?;
    Ok((cluster, scratch))
}

async fn execute(server: &Url, statement: String) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(server.as_str()).await?;
    // A name that this module made up; Postgres takes no parameter in its place.
    sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

/// Unique among the tests of all processes that share the cluster.
fn unique_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("test_{}_{number}", std::process::id())
}
