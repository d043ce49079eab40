//! Temporary files that are gone when the process is gone, however it ends.
//!
//! All scratch directories of a process are below one root. A guardian, a shell that waits
//! for the end of a pipe held by this process, removes that root. It needs no cooperation
//! from a process that was killed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use anyhow::{Context, anyhow};
use tempfile::TempDir;

/// Removes `$1` once nobody holds the other end of its input. A database server may still be
/// writing its last words, hence more than one attempt.
const GUARDIAN: &str = r#"
trap '' INT TERM HUP
read -r _
for _ in 1 2 3 4 5; do
    rm -rf -- "$1" 2>/dev/null && exit
    sleep 1
done
"#;

struct Root {
    path: PathBuf,
    /// Holds the pipe that the guardian listens to.
    _guardian: Child,
}

static ROOT: LazyLock<Result<Root, String>> =
    LazyLock::new(|| open_root().map_err(|error| format!("{error:#}")));

fn open_root() -> anyhow::Result<Root> {
    let root = tempfile::Builder::new().prefix("realguardio-").tempdir()?;
    // Others may pass, not look: a database server runs as another user below.
    fs::set_permissions(root.path(), Permissions::from_mode(0o711))?;
    let guardian = Command::new("sh")
        .args(["-c", GUARDIAN, "guardian"])
        .arg(root.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context("start the guardian of temporary files")?;
    Ok(Root {
        path: root.keep(),
        _guardian: guardian,
    })
}

/// A directory that is removed when it is dropped, or else when the process has ended.
#[derive(Debug)]
pub struct Scratch(TempDir);

impl Scratch {
    /// Makes a directory whose name begins with `name`.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn new(name: &str) -> anyhow::Result<Self> {
        let root = ROOT
            .as_ref()
            .map_err(|error| anyhow!("no temporary directory: {error}"))?;
        let directory = tempfile::Builder::new()
            .prefix(&format!("{name}-"))
            .tempdir_in(&root.path)?;
        Ok(Self(directory))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}
