//! Postgres, with a database and two roles for each service.
//!
//! The *owner* makes tables, and only `migrate` acts as it. The *runtime* role, named like the
//! service, reads and writes rows of its own database; to it other databases do not exist.

use std::path::Path;

use anyhow::Context;
use demo_world::services::SERVICES;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use testkit::postgres::{Cluster, Installation};
use url::Url;

use super::secrets::Secrets;
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
        let mut connection = PgConnection::connect(cluster.url().as_str()).await?;
        for service in SERVICES {
            create(&mut connection, cluster.url(), service.name, secrets).await?;
        }
        connection.close().await?;
    }
    Ok(cluster)
}

/// The address of a service's database, as its owner or as its runtime role.
pub(crate) fn url(
    ports: Ports,
    service: &str,
    role: Role,
    secrets: &Secrets,
) -> anyhow::Result<String> {
    let (user, password) = (role.name(service), secrets.get(&role.name(service))?);
    Ok(format!(
        "postgres://{user}:{password}@127.0.0.1:{}/{service}",
        ports.postgres()
    ))
}

/// A role of a service.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    /// May change tables.
    Owner,
    /// May change rows.
    Runtime,
}

impl Role {
    fn name(self, service: &str) -> String {
        match self {
            Self::Owner => format!("{service}-owner"),
            Self::Runtime => service.to_owned(),
        }
    }
}

async fn create(
    superuser: &mut PgConnection,
    server: &Url,
    service: &str,
    secrets: &Secrets,
) -> anyhow::Result<()> {
    let (owner, runtime) = (Role::Owner.name(service), Role::Runtime.name(service));
    let (owners, runtimes) = (secrets.get(&owner)?, secrets.get(&runtime)?);
    for statement in [
        format!(r#"create role "{owner}" login password '{owners}'"#),
        format!(r#"create role "{runtime}" login password '{runtimes}'"#),
        format!(r#"create database "{service}" owner "{owner}""#),
        format!(r#"revoke all on database "{service}" from public"#),
        format!(r#"grant connect on database "{service}" to "{runtime}""#),
    ] {
        execute(superuser, statement).await?;
    }
    let mut database = server.clone();
    database.set_path(service);
    let mut inside = PgConnection::connect(database.as_str()).await?;
    // Said before there is a table, so it holds for every table that a migration makes.
    for (what, kind) in [
        ("usage", "schemas"),
        ("select, insert, update, delete", "tables"),
        ("usage", "sequences"),
    ] {
        let grant = format!(
            r#"alter default privileges for role "{owner}" grant {what} on {kind} to "{runtime}""#
        );
        execute(&mut inside, grant).await?;
    }
    Ok(inside.close().await?)
}

async fn execute(connection: &mut PgConnection, statement: String) -> anyhow::Result<()> {
    // Names are constants, passwords are hexadecimal.
    sqlx::query(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}
