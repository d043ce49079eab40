//! Postgres, with a database and two roles for each service.

use std::path::Path;

use anyhow::Context;
use demo_world::databases::{Statements, statements};
use demo_world::secrets::Secrets;
use demo_world::services::SERVICES;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use testkit::postgres::{Cluster, Installation};
use url::Url;

use super::topology::Ports;

/// Starts the cluster, making it first where there is none. Data that is not `kept` is not made durable.
pub(crate) async fn start(
    data: &Path,
    ports: Ports,
    secrets: &Secrets,
    kept: bool,
) -> anyhow::Result<Cluster> {
    let postgres = Installation::find().context("Postgres is installed, but cannot be found")?;
    let (files, password) = (data.join("postgres"), secrets.get("postgres")?);
    let made = !files.join("PG_VERSION").exists();
    if made {
        postgres.initialize(&files, &password).await?;
    }
    let cluster = postgres
        .start(&files, ports.postgres(), &password, kept)
        .await?;
    if made {
        for service in SERVICES {
            let Statements { at_server, inside } = statements(service.name, secrets)?;
            execute(cluster.url(), at_server).await?;
            let mut database = cluster.url().clone();
            database.set_path(service.name);
            execute(&database, inside).await?;
        }
    }
    Ok(cluster)
}

async fn execute(database: &Url, statements: Vec<String>) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(database.as_str()).await?;
    for statement in statements {
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await?;
    }
    Ok(connection.close().await?)
}
