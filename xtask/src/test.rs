//! `cargo xtask test`: everything that must be green.
//!
//! Stages run one after the other, and all of them run, so that one look shows everything that is wrong. Each stage is
//! announced, and timed. The last line says how many tests passed and failed; a stage that
//! has no tests of its own, such as the lints, counts as one.

mod containers;
mod readme;
mod tally;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use testkit::postgres::{Cluster, Installation};
use testkit::scratch::Scratch;
use testkit::supervise::Program;

use crate::install::{self, Part};
use crate::progress::plan;
use crate::{frontend, python, sqlx, workspace};
use tally::Tally;

/// The package of the stories, which drive a browser.
const STORIES: &str = "stories";

/// The package that is tested with a client in another language.
const PROVIDER: &str = "iam-service";

/// Names the file of OpenID's vectors for the Authorization API, which are not kept here.
const VECTORS: &str = "REALGUARDIO_AUTHZEN_VECTORS";

/// The package that is tested by them.
const DECIDER: &str = "authz-service";

/// Run everything that must be green
#[derive(Args)]
pub(crate) struct Options {
    /// Run the tests of one crate alone
    #[arg(short, long)]
    package: Option<String>,
    /// Tell the stories in containers alone
    #[arg(long, conflicts_with = "package")]
    containers: bool,
    /// Let every trouble come over every container, which takes a quarter of an hour
    #[arg(long, requires = "containers")]
    thorough: bool,
    /// Arguments for the test programs, such as the name of a test
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Runs all stages, or the tests of one crate.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let mut tally = Tally::default();
    if options.package.is_none() && !options.containers {
        plan(
            "Formatting, recorded SQL, lints, the user interface, all programs, all tests, stories in a real browser and, where Docker runs, in containers.",
            "On two cores expect forty minutes, most of it compiling; later runs compile only what has changed.",
        )?;
    }
    if !options.containers {
        install::ensure(&[Part::Postgres, Part::Nats]).await?;
    }
    match &options.package {
        Some(package) => one(&mut tally, package, &options.arguments).await?,
        None if options.containers => {
            let arguments = containers::Arguments {
                names: &options.arguments,
                thorough: options.thorough,
            };
            Box::pin(containers::run(&mut tally, arguments)).await?;
        }
        None => Box::pin(everything(&mut tally, &options.arguments)).await?,
    }
    let package = options.package.as_deref();
    let judged = !options.containers && package.is_none_or(|package| package == DECIDER);
    if judged && std::env::var_os(VECTORS).is_none() {
        let reason = format!("{VECTORS} names no file of them");
        tally.skip("OpenID's vectors for the Authorization API", &reason);
    }
    println!("{tally}");
    if tally.failed > 0 {
        bail!("not everything is green");
    }
    Ok(())
}

async fn one(tally: &mut Tally, package: &str, arguments: &[String]) -> anyhow::Result<()> {
    let mut parts = RealParts::start().await?;
    if package == STORIES {
        parts.add_browser().await?;
        tally.stage("user interface", frontend::build(false)).await;
    }
    if package == PROVIDER {
        parts.add_client().await?;
    }
    tally
        .tests(
            "tests",
            parts
                .tests()
                .args(["--package", package, "--"])
                .args(arguments),
        )
        .await;
    Ok(())
}

async fn everything(tally: &mut Tally, arguments: &[String]) -> anyhow::Result<()> {
    let mut parts = RealParts::start().await?;
    parts.add_browser().await?;
    parts.add_client().await?;
    tally.stage("formatting", cargo("fmt --all --check")).await;
    // Before anything else compiles: it touches what it checks.
    tally.stage("recorded SQL", sqlx::check()).await;
    // The frontend apart: with it, all that it shares with the services would have other features.
    tally
        .stage(
            "lints",
            cargo("clippy --workspace --exclude=frontend --all-targets -- --deny=warnings"),
        )
        .await;
    tally
        .stage(
            "lints of the frontend",
            cargo("clippy --package=frontend --all-targets -- --deny=warnings"),
        )
        .await;
    // They are no test of `cargo test`, which would run them without images.
    tally
        .stage(
            "lints of the stories in containers",
            cargo("clippy --package=stories --test=containers -- --deny=warnings"),
        )
        .await;
    tally.stage("user interface", frontend::build(false)).await;
    tally
        .stage(
            "programs",
            cargo("build --workspace --exclude=frontend --all-targets"),
        )
        .await;
    let tests = |selection: &str| {
        let options = "--no-fail-fast --lib --bins --tests --";
        parts
            .tests()
            .args(selection.split(' '))
            .args(options.split(' '))
            .args(arguments)
    };
    tally
        .tests("tests of the frontend", tests("--package=frontend"))
        .await;
    tally
        .tests("tests", tests("--workspace --exclude=frontend"))
        .await;
    let examples = parts
        .tests()
        .args("--workspace --exclude=frontend --no-fail-fast --doc --".split(' '));
    tally.tests("examples", examples.args(arguments)).await;
    let told = containers::Arguments {
        names: arguments,
        thorough: false,
    };
    Box::pin(containers::run(tally, told)).await?;
    if arguments.is_empty() {
        tally.stage("commands of the README", readme::run()).await;
    }
    Ok(())
}

async fn cargo(arguments: &str) -> anyhow::Result<()> {
    workspace::run(workspace::cargo().args(arguments.split(' '))).await
}

/// What the tests run on: a Postgres cluster that all share; for the stories a browser; and where
/// tests find what pip has fetched for them, by the names of their variables.
pub(crate) struct RealParts {
    cluster: Cluster,
    fetched: Vec<(&'static str, PathBuf)>,
    _files: Scratch,
}

impl RealParts {
    /// Starts the cluster.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let postgres =
            Installation::find().context("Postgres is installed, but cannot be found")?;
        let files = Scratch::new("test-postgres")?;
        let data = files.path().join("data");
        postgres.initialize(&data, "test").await?;
        Installation::let_everybody_in(&data)?;
        let cluster = postgres
            .start(&data, testkit::port::free()?, "test", false)
            .await?;
        Ok(Self {
            cluster,
            fetched: Vec::new(),
            _files: files,
        })
    }

    async fn add_browser(&mut self) -> anyhow::Result<()> {
        install::ensure(&[Part::Browser, Part::Pip]).await?;
        self.fetched.push(("REALGUARDIO_AXE", python::axe().await?));
        Ok(())
    }

    async fn add_client(&mut self) -> anyhow::Result<()> {
        install::ensure(&[Part::Pip]).await?;
        let authlib = python::authlib().await?;
        self.fetched.push(("REALGUARDIO_AUTHLIB", authlib));
        Ok(())
    }

    /// A cargo command that knows the cluster.
    pub(crate) fn cargo(&self, arguments: &str) -> Program {
        workspace::cargo()
            .args(arguments.split(' '))
            .env("REALGUARDIO_TEST_POSTGRES_URL", self.cluster.url().as_str())
    }

    /// `cargo test` that knows them, and the UI's files.
    fn tests(&self) -> Program {
        let cargo = self
            .fetched
            .iter()
            .fold(self.cargo("test"), |cargo, (name, path)| {
                cargo.env(*name, path)
            });
        frontend::dist()
            .into_iter()
            .fold(cargo, |cargo, dist| cargo.env("REALGUARDIO_UI", dist))
    }
}
