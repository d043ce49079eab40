//! Rust to WebAssembly, by whichever compiler this machine has.

use std::path::{Path, PathBuf};

use testkit::supervise::{Program, find};

use crate::install::{self, Part};
use crate::workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles the frontend and gives back its module.
pub(crate) async fn compile(small: bool) -> anyhow::Result<PathBuf> {
    let profile = if small { "wasm-small" } else { "wasm" };
    let directory = workspace::target()?.join("wasm");
    let cargo = if rustup_has_target().await {
        workspace::cargo().arg("build")
    } else {
        install::ensure(&[Part::WasmCompiler]).await?;
        debian()
    };
    let cargo = cargo
        .args([
            "--package=frontend",
            "--bin=frontend",
            "--target",
            TARGET,
            "--profile",
            profile,
        ])
        .arg("--target-dir")
        .arg(&directory);
    workspace::run(cargo).await?;
    Ok(directory.join(TARGET).join(profile).join("frontend.wasm"))
}

/// Whether the toolchain in use has the target, by asking rustup for it if need be.
async fn rustup_has_target() -> bool {
    let library = Program::new("rustc")
        .args(["--print=target-libdir", "--target", TARGET])
        .directory(workspace::root());
    let Ok(library) = library.run().await else {
        return false;
    };
    let is_there = || Path::new(library.trim()).is_dir();
    if is_there() {
        return true;
    }
    // Debian's compiler, when it is there already, is quicker than a download.
    if Part::WasmCompiler.is_there() || find("rustup").is_none() {
        return false;
    }
    let added = Program::new("rustup")
        .args(["target", "add", TARGET])
        .directory(workspace::root())
        .run()
        .await;
    // Whoever else asked rustup at the same time may have been first: then this one failed, and the target is there.
    let there = is_there();
    if let (Err(error), false) = (added, there) {
        eprintln!("  rustup does not get {TARGET}: {error:#}");
    }
    there
}

/// Debian's compiler has no compiled standard library for the target, only its source. Building that takes
/// a flag of the nightly compiler, so the stable one is told to pass for one, for this build alone.
fn debian() -> Program {
    workspace::cleaned(Program::new("/usr/bin/cargo").directory(workspace::root()))
        .args(["build", "-Zbuild-std=std,panic_abort"])
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld")
        // rustup's own: another compiler's libraries.
        .forget("LD_LIBRARY_PATH")
        .forget("RUSTUP_TOOLCHAIN")
}
