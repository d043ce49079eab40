//! Databases made of crates' migrations, and the crates compiled against them.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use testkit::postgres::Cluster;
use url::Url;

use super::Crate;
use crate::workspace;

/// Crates whose tables a service's own stand beside, in the order in which a service migrates.
const BELOW: &[&str] = &["outbox", "idempotency", "organization"];

/// Compiles crates, each against a database with its tables, recording into `recorded`.
pub(crate) async fn compile_against(
    cluster: &Cluster,
    crates: &[Crate],
    selection: &[&str],
    recorded: &Path,
) -> anyhow::Result<()> {
    let mut check = workspace::cargo().arg("check").args(selection);
    for found in crates {
        let url = make(cluster, found)
            .await
            .with_context(|| format!("make the database of {}", found.name))?;
        let name = found.name.to_uppercase().replace('-', "_");
        check = check.env(format!("{name}_DATABASE_URL"), url.as_str());
        // Nothing else makes cargo expand the macros again.
        let library = found.folder.join("src/lib.rs");
        fs::File::open(&library)?.set_modified(now())?;
    }
    workspace::run(check.env("SQLX_OFFLINE_DIR", recorded)).await
}

#[expect(clippy::disallowed_methods, reason = "a file's time, for cargo")]
fn now() -> std::time::SystemTime {
    std::time::SystemTime::now()
}

async fn make(cluster: &Cluster, found: &Crate) -> anyhow::Result<Url> {
    let name = found.name.replace('-', "_");
    execute(cluster.url(), format!("create database {name}")).await?;
    let mut url = cluster.url().clone();
    url.set_path(&name);
    for folder in below(found)?.into_iter().chain([found.folder.clone()]) {
        for schema in schemas(&folder)? {
            execute(&url, format!("create schema if not exists {schema}")).await?;
        }
        for file in migrations(&folder)? {
            let statements = fs::read_to_string(&file)?;
            execute(&url, statements)
                .await
                .with_context(|| file.display().to_string())?;
        }
    }
    Ok(url)
}

async fn execute(url: &Url, statements: String) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(url.as_str()).await?;
    // From our own files, with our own names.
    sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

/// The crates whose migrations come before this one's.
fn below(found: &Crate) -> anyhow::Result<Vec<PathBuf>> {
    let manifest = fs::read_to_string(found.folder.join("Cargo.toml"))?;
    let depends = |name: &&&str| {
        manifest
            .lines()
            .any(|line| line.starts_with(&format!("{name}.workspace")))
    };
    Ok(BELOW
        .iter()
        .filter(depends)
        .map(|name| workspace::root().join("crates").join(name))
        .collect())
}

/// `create-schemas = ["outbox"]` of the crate's sqlx.toml.
fn schemas(folder: &Path) -> anyhow::Result<Vec<String>> {
    let settings = fs::read_to_string(folder.join("sqlx.toml"))?;
    let line = settings
        .lines()
        .find(|line| line.starts_with("create-schemas"));
    Ok(line
        .into_iter()
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .map(str::to_owned)
        .collect())
}

/// The crate's migrations, those of its modules before its own, each folder in order.
pub(crate) fn migrations(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = files_below(folder)?;
    files.retain(|file| {
        file.extension() == Some(OsStr::new("sql"))
            && file
                .parent()
                .is_some_and(|folder| folder.ends_with("migrations"))
    });
    files.sort_by_key(|file| (std::cmp::Reverse(file.components().count()), file.clone()));
    Ok(files)
}

/// All files below a folder.
pub(crate) fn files_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            (if path.is_dir() {
                &mut folders
            } else {
                &mut files
            })
            .push(path);
        }
    }
    Ok(files)
}
