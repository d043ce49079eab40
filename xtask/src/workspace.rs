//! Where things are.

use std::path::{Path, PathBuf};

use anyhow::Context;
use testkit::supervise::{Program, search_path};

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    // Cargo sets it for what it runs; the compiled-in value is for a binary that is run alone.
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&manifest)
        .parent()
        .map(Path::to_owned)
        .unwrap_or_default()
}

/// Cargo's target directory: this program was built in `<target>/debug/xtask`.
pub(crate) fn target() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program
        .ancestors()
        .nth(2)
        .context("xtask runs outside of a target directory")?;
    Ok(target.to_owned())
}

/// Where files stay from one clone to the next.
pub(crate) fn cache() -> anyhow::Result<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(home);
    Ok(cache
        .context("neither XDG_CACHE_HOME nor HOME is set")?
        .join("realguardio"))
}

/// The binary of a service.
pub(crate) fn binary(name: &str) -> anyhow::Result<PathBuf> {
    Ok(target()?.join("debug").join(name))
}

/// The cargo that runs us, at the workspace's root, with its output on the terminal.
pub(crate) fn cargo() -> Program {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    cleaned(Program::new(cargo).directory(root())).env("PATH", search_path())
}

/// Forgets what cargo told us about xtask: a nested cargo would compile anew, believing it
/// had changed.
pub(crate) fn cleaned(program: Program) -> Program {
    let told = |name: &str| {
        name.starts_with("CARGO_PKG_")
            || [
                "CARGO_MANIFEST_DIR",
                "CARGO_MANIFEST_PATH",
                "CARGO_CRATE_NAME",
                "CARGO_BIN_NAME",
            ]
            .contains(&name)
    };
    std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_str().is_some_and(told))
        .fold(program, Program::forget)
}

/// Runs a program to its end, with its output on the terminal.
pub(crate) async fn run(program: Program) -> anyhow::Result<()> {
    program.on_terminal().run().await.map(drop)
}
