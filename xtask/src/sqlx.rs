//! `cargo xtask sqlx [CRATE…]`: what the compiler knows about our SQL.
//!
//! The macros of sqlx check statements against a database, or against what was recorded from one in
//! `<crate>/.sqlx`. This records: it makes a database of the crate's migrations, and compiles the
//! crate against it. With `--check` it records elsewhere, all crates at once, and compares, and skips those that
//! have not changed since they were found current.

mod database;
mod recorded;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use testkit::postgres::{Cluster, Installation};
use testkit::scratch::Scratch;

use crate::install::{self, Part};
use crate::progress::stage;
use crate::workspace;

/// Record what the database says about our SQL
#[derive(Args)]
pub(crate) struct Options {
    /// The crates; all that have SQL, unless told
    crates: Vec<String>,
    /// Change nothing: fail when what is recorded is not current
    #[arg(long)]
    check: bool,
}

/// Records, or checks what is recorded.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let mut crates = crates_with_sql()?;
    if !options.crates.is_empty() {
        crates.retain(|found| options.crates.contains(&found.name));
    }
    if options.check {
        Box::pin(check_these(crates)).await
    } else {
        stage("SQL", record(crates)).await
    }
}

/// Fails when what is recorded of any crate is not current.
pub(crate) async fn check() -> anyhow::Result<()> {
    Box::pin(check_these(crates_with_sql()?)).await
}

async fn check_these(crates: Vec<Crate>) -> anyhow::Result<()> {
    let mut changed = Vec::new();
    for found in crates {
        if !recorded::is_known_current(&found)? {
            changed.push(found);
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    let cluster = TemporaryCluster::start().await?;
    let scratch = Scratch::new("sqlx")?;
    // All at once, and as the lints compile them: what they depend on is compiled once.
    let everything = ["--workspace", "--exclude=frontend"];
    database::compile_against(&cluster.cluster, &changed, &everything, scratch.path()).await?;
    if !recorded::same(changed.iter().map(Crate::recorded), scratch.path())? {
        let names: Vec<_> = changed.iter().map(|found| &*found.name).collect();
        bail!(
            "recorded SQL is not current; run `cargo xtask sqlx {}` and commit",
            names.join(" ")
        );
    }
    changed.iter().try_for_each(recorded::remember_current)
}

async fn record(crates: Vec<Crate>) -> anyhow::Result<()> {
    let cluster = TemporaryCluster::start().await?;
    for found in crates {
        let recorded = found.recorded();
        let _ = fs::remove_dir_all(&recorded);
        fs::create_dir_all(&recorded)?;
        let alone = ["--package", &*found.name];
        let found = std::slice::from_ref(&found);
        database::compile_against(&cluster.cluster, found, &alone, &recorded).await?;
    }
    Ok(())
}

/// A crate with SQL: one that has an `sqlx.toml`.
pub(crate) struct Crate {
    /// The package's name.
    pub(crate) name: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
}

impl Crate {
    fn recorded(&self) -> PathBuf {
        self.folder.join(".sqlx")
    }
}

fn crates_with_sql() -> anyhow::Result<Vec<Crate>> {
    let root = workspace::root();
    let mut found = Vec::new();
    for parent in [root.clone(), root.join("crates")] {
        for entry in fs::read_dir(parent)? {
            let folder = entry?.path();
            if folder.join("sqlx.toml").exists() {
                let name = folder
                    .file_name()
                    .and_then(|name| name.to_str())
                    .context("a folder without a name")?;
                found.push(Crate {
                    name: name.to_owned(),
                    folder: folder.clone(),
                });
            }
        }
    }
    // What services link comes before them: it is compiled with them, from what is recorded of it.
    let linked = root.join("crates");
    found.sort_by_key(|it| (!it.folder.starts_with(&linked), it.name.clone()));
    Ok(found)
}

/// A cluster that is gone when this is dropped.
struct TemporaryCluster {
    cluster: Cluster,
    _files: Scratch,
}

impl TemporaryCluster {
    async fn start() -> anyhow::Result<Self> {
        install::ensure(&[Part::Postgres]).await?;
        let postgres =
            Installation::find().context("Postgres is installed, but cannot be found")?;
        let files = Scratch::new("sqlx-postgres")?;
        let data = files.path().join("data");
        postgres.initialize(&data, "sqlx").await?;
        let cluster = postgres
            .start(&data, testkit::port::free()?, "sqlx", false)
            .await?;
        Ok(Self {
            cluster,
            _files: files,
        })
    }
}
