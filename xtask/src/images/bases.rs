//! What our images stand on and beside, by the official names.
//!
//! What is there is taken, unless it was made here by a recipe that has changed since. What is not is pulled; and where no
//! registry is reached, it is made from Debian's packages, to be used in the same way: the same users, variables, volumes
//! and arguments.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use nix::unistd::Uid;
use testkit::scratch::Scratch;
use testkit::supervise::Program;

use super::{deploy, docker};
use crate::digest;
use crate::install::{self, Part};
use crate::progress::stage;

/// What everything stands on.
pub(super) const DEBIAN: &str = "debian:trixie-slim";
/// The database's image.
pub(crate) const POSTGRES: &str = "postgres:17-trixie";
/// The broker's image.
pub(crate) const NATS: &str = "nats:2.10-alpine";

/// The label of what was made here: from what.
const MADE_FROM: &str = "realguardio.made-from";

/// The label of what was made by a Dockerfile: a digest of the files.
const RECIPE: &str = "realguardio.recipe";

/// What the official image leaves out too: nobody reads it there.
const UNREAD: [&str; 4] = ["doc", "info", "locale", "man"];

/// Makes sure that all of them are there, and says where they come from.
pub(super) async fn ensure() -> anyhow::Result<()> {
    for image in [DEBIAN, POSTGRES, NATS] {
        let recipe = recipe(image)?;
        if let Some(origin) = origin(image, recipe.as_ref()).await {
            eprintln!("  {image}: there, {origin}");
            continue;
        }
        if docker(["pull", "--quiet", image]).run().await.is_ok() {
            eprintln!("  {image}: pulled");
            continue;
        }
        let name = format!("{image}, which no registry gives us, from Debian's packages");
        stage(&name, async {
            match recipe {
                None => debian().await,
                Some(recipe) => packages(image, &recipe).await,
            }
        })
        .await?;
    }
    Ok(())
}

/// The directory of files that a server's image is made by.
fn directory(image: &str) -> Option<PathBuf> {
    let name = match image {
        POSTGRES => "postgres",
        NATS => "nats",
        _ => return None,
    };
    Some(deploy().join("bases").join(name))
}

/// A digest of those files.
fn recipe(image: &str) -> anyhow::Result<Option<String>> {
    let Some(directory) = directory(image) else {
        return Ok(None);
    };
    let mut recipe = Vec::new();
    for file in ["Dockerfile", "docker-entrypoint.sh"] {
        recipe.extend(fs::read(directory.join(file))?);
    }
    Ok(Some(digest::of(&recipe)))
}

/// Where an image comes from, if it is there, and was not made here by another recipe.
async fn origin(image: &str, recipe: Option<&String>) -> Option<String> {
    let labels = docker(["image", "inspect", "--format={{json .Config.Labels}}"]);
    let labels = labels.arg(image).run().await.ok()?;
    // Most have none, which is null.
    let labels: BTreeMap<String, String> = serde_json::from_str(&labels).unwrap_or_default();
    match labels.get(MADE_FROM) {
        None => Some("as it was pulled".to_owned()),
        Some(from) => (labels.get(RECIPE) == recipe).then(|| format!("made from {from}")),
    }
}

/// Debian's own packages in an image of their own, without what is not read there.
async fn debian() -> anyhow::Result<()> {
    if !Uid::effective().is_root() {
        bail!("making {DEBIAN} from packages takes root");
    }
    install::ensure(&[Part::Debootstrap]).await?;
    let scratch = Scratch::new("debian")?;
    let root = scratch.path().join("root");
    let debootstrap = Program::new("debootstrap").args(["--variant=minbase", "trixie"]);
    debootstrap.arg(&root).run().await?;
    security_updates(&root)?;
    make_slim(&root)?;
    let import = format!(
        "tar --create --numeric-owner --directory='{}' . | docker import \
         --change 'CMD [\"bash\"]' --change 'LABEL realguardio.made-from=\"Debian packages\"' - {DEBIAN}",
        root.display()
    );
    Program::new("sh")
        .args(["-c", &import])
        .run()
        .await
        .map(drop)
}

/// The suite with security updates is beside the one that debootstrap names.
fn security_updates(root: &Path) -> anyhow::Result<()> {
    let list = root.join("etc/apt/sources.list");
    let main = fs::read_to_string(&list)?;
    let mirror = main.split_whitespace().nth(1).context("no mirror")?;
    let updates = format!("{main}deb {mirror}-security trixie-security main\n");
    Ok(fs::write(list, updates)?)
}

fn make_slim(root: &Path) -> anyhow::Result<()> {
    let excluded = UNREAD.map(|name| format!("path-exclude /usr/share/{name}/*\n"));
    fs::write(root.join("etc/dpkg/dpkg.cfg.d/slim"), excluded.concat())?;
    let unread = UNREAD.map(|name| format!("usr/share/{name}"));
    let downloads = ["var/cache/apt", "var/lib/apt/lists", "var/log/apt"].map(str::to_owned);
    for directory in unread.iter().chain(&downloads) {
        let directory = root.join(directory);
        fs::remove_dir_all(&directory)?;
        fs::create_dir(&directory)?;
    }
    Ok(())
}

/// A server from its package.
async fn packages(image: &str, recipe: &str) -> anyhow::Result<()> {
    let context = directory(image).context("nothing to make it by")?;
    // Docker's own builder of old is enough, and there before any tool.
    let build = docker(["build", "--quiet", "--tag", image]);
    build
        .env("DOCKER_BUILDKIT", "0")
        .args(["--label", &format!("{RECIPE}={recipe}")])
        .arg(context)
        .run()
        .await
        .map(drop)
}
