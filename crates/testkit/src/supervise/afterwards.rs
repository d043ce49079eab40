//! What is done when this process has ended, however it ended.

use std::process::{Child, Command, Stdio};

/// Becomes the program once nobody holds the other end of its input.
const GUARDIAN: &str = r#"
trap '' INT TERM HUP
read -r _
exec "$@"
"#;

/// A program that runs when this is dropped, or else when this process has ended. It needs no cooperation
/// from a process that was killed.
#[derive(Debug)]
pub struct Afterwards(Child);

impl Afterwards {
    /// Lets a guardian wait for the end. `prepare` gives it what the program is to have beside its arguments.
    pub(super) fn arrange(
        command: impl Iterator<Item = std::ffi::OsString>,
        prepare: impl FnOnce(&mut Command),
    ) -> anyhow::Result<Self> {
        use std::os::unix::process::CommandExt as _;
        let mut guardian = Command::new("sh");
        guardian.args(["-c", GUARDIAN, "guardian"]).args(command);
        prepare(&mut guardian);
        let guardian = guardian
            .stdin(Stdio::piped())
            // By then there may be nobody to read what it writes, which would end it.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        Ok(Self(guardian.spawn()?))
    }
}

impl Drop for Afterwards {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // Whether it succeeded, nobody is left to hear.
        let _ = self.0.wait();
    }
}
