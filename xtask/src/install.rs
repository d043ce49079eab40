//! Gets what is missing from this machine.
//!
//! On Debian and its descendants, as root, by `apt-get`. Elsewhere Docker runs what it can, and one message names
//! everything else that is missing.

mod containers;

use std::path::Path;

use anyhow::bail;
use nix::unistd::Uid;
use testkit::postgres::Installation;
use testkit::supervise::{Program, find};

use crate::workspace;

/// A part that is not Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The database.
    Postgres,
    /// The broker.
    Nats,
    /// The browser and its driver.
    Browser,
    /// Python's installer of packages, which fetches what some tests use.
    Pip,
    /// A compiler for `wasm32-unknown-unknown`, where rustup's target cannot be had.
    WasmCompiler,
    /// What makes Debian out of its packages, where its image cannot be had.
    Debootstrap,
}

impl Part {
    /// Whether this machine has it.
    pub(crate) fn is_there(self) -> bool {
        match self {
            Self::Postgres => Installation::find().is_some(),
            Self::Nats => find("nats-server").is_some(),
            Self::Browser => {
                find("chromedriver").is_some()
                    && (find("chromium").is_some() || find("google-chrome").is_some())
            }
            Self::Pip => {
                find("python3").is_some() && (find("pip3").is_some() || find("pip").is_some())
            }
            Self::Debootstrap => find("debootstrap").is_some(),
            Self::WasmCompiler => {
                Path::new("/usr/bin/rustc").exists()
                    && find("wasm-ld").is_some()
                    && Path::new(RUST_SOURCE).exists()
            }
        }
    }

    /// The Debian packages that have it.
    const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::Nats => &["nats-server"],
            Self::Browser => &["chromium", "chromium-driver"],
            Self::Pip => &["python3-pip"],
            Self::Debootstrap => &["debootstrap"],
            Self::WasmCompiler => &["rustc-web", "cargo-web", "rust-web-src", "lld"],
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL 15 or newer (package postgresql), with initdb in PATH",
            Self::Nats => "nats-server 2.9 or newer, in PATH",
            Self::Browser => "chromium and chromedriver, in PATH",
            Self::Pip => "python3 with pip (package python3-pip)",
            Self::Debootstrap => "debootstrap, in PATH",
            Self::WasmCompiler => {
                "the WebAssembly target: `rustup target add wasm32-unknown-unknown`"
            }
        }
    }
}

/// The standard library's source, as `rust-web-src` installs it.
const RUST_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std";

/// Makes sure that all `parts` are there.
pub(crate) async fn ensure(parts: &[Part]) -> anyhow::Result<()> {
    let missing = |parts: &[Part]| {
        parts
            .iter()
            .copied()
            .filter(|part| !part.is_there())
            .collect::<Vec<_>>()
    };
    let mut wanted = missing(parts);
    if wanted.is_empty() {
        return Ok(());
    }
    if Uid::effective().is_root() && find("apt-get").is_some() {
        let packages: Vec<_> = wanted
            .iter()
            .flat_map(|part| part.packages().iter().copied())
            .collect();
        apt_get(&packages).await?;
    } else {
        containers::provide(&wanted).await?;
    }
    wanted = missing(&wanted);
    if wanted.is_empty() {
        return Ok(());
    }
    let advice: Vec<_> = wanted
        .iter()
        .map(|part| format!("  - {}", part.advice()))
        .collect();
    bail!(
        "this machine lacks what RealGuardIO needs; please install\n{}",
        advice.join("\n")
    )
}

async fn apt_get(packages: &[&str]) -> anyhow::Result<()> {
    eprintln!("  installing {}", packages.join(", "));
    let apt_get = || {
        Program::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .arg("--quiet=2")
            .arg("--yes")
            // Somebody else installs something: that ends.
            .args(["-o", "DPkg::Lock::Timeout=600"])
    };
    workspace::run(apt_get().arg("update")).await?;
    workspace::run(
        apt_get()
            .args(["install", "--no-install-recommends"])
            .args(packages),
    )
    .await
}
