//! `cargo xtask images`: all container images, and where no registry is reached, what they stand on.
//!
//! 1. [`bases`]: Debian, Postgres and NATS by their official names, pulled or made from Debian's packages;
//! 2. [`tools`]: builder and Compose, where Docker has none or too old ones;
//! 3. ours, by `deploy/Dockerfile`: from the sources, which compiles everything in containers, or [`packed`] from
//!    what this machine has compiled.

mod bases;
mod packed;
mod tools;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use demo_world::services::SERVICES;
use testkit::supervise::{Program, find};
use tokio::time::timeout;

use crate::progress::stage;
use crate::workspace;

pub(crate) use bases::{NATS, POSTGRES};
pub(crate) use tools::{compose, plugins};

/// Certificates that this machine trusts: what a build downloads may come by a proxy that has its own.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// How long it may take to get what our images stand on, and what they are built by.
const PATIENCE: Duration = Duration::from_mins(15);

/// Build the container images
#[derive(Args)]
pub(crate) struct Options {
    /// Pack what is compiled on this machine, for development and tests, instead of compiling in containers
    #[arg(long)]
    packed: bool,
}

/// Builds all images.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    if options.packed {
        build_packed(false).await
    } else {
        prepare().await?;
        stage("images, from the sources", async {
            build(&workspace::root(), "built").await
        })
        .await
    }
}

/// Compiles on this machine, which takes seconds where that was done before, and packs what came of it.
pub(crate) async fn build_packed(small: bool) -> anyhow::Result<()> {
    prepare().await?;
    crate::demo::compile(small).await?;
    stage(
        "images, packed from what this machine has compiled",
        async {
            let files = packed::collect().await?;
            build(files.path(), "packed").await?;
            packed::starts().await
        },
    )
    .await
}

/// Whether there is Docker, and its engine answers.
pub(crate) async fn docker_runs() -> bool {
    find("docker").is_some() && docker(["version"]).run().await.is_ok()
}

async fn prepare() -> anyhow::Result<()> {
    ensure!(
        docker_runs().await,
        "this needs Docker, and that its engine runs"
    );
    let prepared = timeout(PATIENCE, async {
        bases::ensure().await?;
        tools::ensure().await
    });
    prepared
        .await
        .context("where Debian's packages come from is too slow")?
}

/// An image of ours.
struct Image {
    /// Its name, below `realguardio/`.
    name: &'static str,
    /// The stage of the Dockerfile.
    target: &'static str,
    /// The service whose program is in it.
    service: &'static str,
}

fn images() -> impl Iterator<Item = Image> {
    let services = SERVICES.iter().map(|service| Image {
        name: service.name,
        target: if service.name == "bff" {
            "bff"
        } else {
            "service"
        },
        service: service.name,
    });
    services.chain([Image {
        name: "demo",
        target: "demo",
        service: "iam-service",
    }])
}

async fn build(context: &Path, binaries: &str) -> anyhow::Result<()> {
    let (revision, builder) = (revision().await, engine().await?);
    for image in images() {
        let certificates = format!("id=ca-certificates,src={CERTIFICATES}");
        let secret = Path::new(CERTIFICATES).exists();
        let secret = secret.then(|| ["--secret".to_owned(), certificates]);
        let program = tools::builder()?
            .args(["build", "--builder", &builder, "--load"])
            .args(["--progress=plain", "--target", image.target])
            .arg("--file")
            .arg(deploy().join("Dockerfile"))
            .args(["--build-arg", &format!("BINARIES={binaries}")])
            .args(["--build-arg", &format!("SERVICE={}", image.service)])
            .args(["--build-arg", &format!("REVISION={revision}")])
            .args(["--tag", &format!("realguardio/{}", image.name)])
            .args(secret.into_iter().flatten());
        workspace::run(program.arg(context)).await?;
    }
    let base = size(bases::DEBIAN).await?;
    for image in images() {
        let own = size(&format!("realguardio/{}", image.name)).await? - base;
        eprintln!("  realguardio/{}: {own} MB on top of Debian", image.name);
    }
    // What had these names before has none now.
    let prune =
        docker(["image", "prune", "--force"]).args(["--filter", "label=realguardio.binaries"]);
    prune.run().await.map(drop)
}

/// The builder that is the engine itself: it has the bases that were made here, and what it builds is there to be run.
/// Another one, which somebody may have chosen for something else, has neither.
async fn engine() -> anyhow::Result<String> {
    let context = docker(["context", "inspect", "--format={{.Name}}"]);
    Ok(context.run().await?.trim().to_owned())
}

/// How large an image is, in millions of bytes.
async fn size(image: &str) -> anyhow::Result<i64> {
    let inspect = docker(["image", "inspect", "--format={{.Size}}", image]);
    let size: i64 = inspect.run().await?.trim().parse()?;
    Ok(size / 1_000_000)
}

/// Where the engine is that Docker's client asks.
pub(crate) async fn host() -> anyhow::Result<String> {
    let context = docker(["context", "inspect", "--format={{.Endpoints.docker.Host}}"]);
    Ok(context.run().await?.trim().to_owned())
}

/// The commit, for the images' labels.
async fn revision() -> String {
    // With a word where there is more than was committed.
    let describe = [
        "describe",
        "--always",
        "--dirty",
        "--abbrev=40",
        "--exclude=*",
    ];
    let git = Program::new("git").args(describe);
    let commit = git.directory(workspace::root()).run().await;
    commit.map_or_else(|_| "unknown".to_owned(), |commit| commit.trim().to_owned())
}

/// What containers are made from and by.
fn deploy() -> PathBuf {
    workspace::root().join("deploy")
}

/// Docker's client.
pub(crate) fn docker<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Program {
    Program::new("docker").args(arguments)
}
