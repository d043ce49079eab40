//! Child processes that never outlive this one.
//!
//! All children are started by one thread that lives as long as the process and drives
//! them on a runtime of its own. It has to be *that* thread: the kernel delivers the parent
//! death signal when the **thread** that forked ends, and a test's thread ends with the test.
//! The signal is armed by `setpriv` (util-linux), because setting it between fork and exec
//! from Rust takes unsafe code. A shell then makes sure that the signal was armed in time. Where `setpriv` is missing, children are still killed
//! when their [`Process`] is dropped.
//!
//! Children get a process group of their own, so that Ctrl-C in a terminal reaches this
//! process alone, which then stops them in the right order.

mod afterwards;
mod process;
mod program;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use tokio::runtime::{Builder, Handle};

pub use afterwards::Afterwards;
pub use process::Process;
pub use program::Program;

/// Where the children live: a runtime on a thread that never ends.
static NURSERY: LazyLock<Result<Handle, String>> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("nursery".into())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))
        .map_err(|error| error.to_string())?;
    Ok(handle)
});

/// A directory to look in after `PATH`.
static ALSO: OnceLock<PathBuf> = OnceLock::new();

/// Makes [`find`] look in one more directory. The first call counts.
pub fn also_find_in(directory: PathBuf) {
    // A second directory is refused, which the documentation says.
    let _ = ALSO.set(directory);
}

/// Where [`find`] looks, as a value of `PATH` for children.
#[must_use]
pub fn search_path() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = std::env::split_paths(&path).chain(ALSO.get().cloned());
    std::env::join_paths(directories).unwrap_or(path)
}

/// Finds a program in `PATH`, or where [`also_find_in`] said.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&search_path())
        .map(|directory| directory.join(program))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}
