//! A program about to be started.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use nix::sys::signal::Signal;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::afterwards::Afterwards;
use super::process::Process;
use super::{NURSERY, find};

/// Becomes the program, unless the parent `$0` died before the signal was armed.
const UNLESS_ORPHANED: &str = r#"[ "$PPID" = "$0" ] && exec "$@""#;

/// A program about to be started.
pub struct Program {
    name: String,
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    forgotten: Vec<OsString>,
    user: Option<String>,
    death: Signal,
    on_line: Box<dyn FnMut(&str) + Send>,
    directory: Option<PathBuf>,
    terminal: bool,
}

impl Program {
    /// A program by path or by a name that is looked up in `PATH`.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let program = program.into();
        Self {
            name: program
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            path: program,
            arguments: Vec::new(),
            environment: Vec::new(),
            forgotten: Vec::new(),
            user: None,
            death: Signal::SIGKILL,
            on_line: Box::new(|_| ()),
            directory: None,
            terminal: false,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of the program's environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Removes an inherited variable from the program's environment.
    #[must_use]
    pub fn forget(mut self, name: impl Into<OsString>) -> Self {
        self.forgotten.push(name.into());
        self
    }

    /// The directory to start in.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Runs as another user; takes root and `setpriv`.
    #[must_use]
    pub fn user(mut self, user: Option<String>) -> Self {
        self.user = user;
        self
    }

    /// Leaves both outputs on the terminal: for compilers that draw their progress.
    #[must_use]
    pub fn on_terminal(mut self) -> Self {
        self.terminal = true;
        self
    }

    /// What ends the program when its [`Process`] is dropped, and what the kernel sends when this
    /// process is gone. `SIGKILL` unless told.
    #[must_use]
    pub fn on_orphaned(mut self, signal: Signal) -> Self {
        self.death = signal;
        self
    }

    /// Called with every line that the program writes to either output.
    #[must_use]
    pub fn on_line(mut self, listener: impl FnMut(&str) + Send + 'static) -> Self {
        self.on_line = Box::new(listener);
        self
    }

    /// Starts the program.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub async fn start(self) -> anyhow::Result<Process> {
        let nursery = NURSERY
            .as_ref()
            .map_err(|error| anyhow!("no thread for children: {error}"))?;
        let name = self.name.clone();
        nursery
            .spawn(async move { self.spawn() })
            .await?
            .with_context(|| format!("start {name}"))
    }

    /// Starts the program, waits for a line that `ready` accepts, and gives it back.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or ends or keeps silent for `deadline`. What it wrote is part of the error.
    pub async fn start_until(
        mut self,
        ready: impl Fn(&str) -> bool + Send + 'static,
        deadline: Duration,
    ) -> anyhow::Result<(Process, String)> {
        let (announce, announced) = oneshot::channel();
        let mut announce = Some(announce);
        let (tell, mut told) = mpsc::unbounded_channel::<String>();
        let mut inner = std::mem::replace(&mut self.on_line, Box::new(|_| ()));
        self.on_line = Box::new(move |line| {
            inner(line);
            if announce.is_some() {
                let _ = tell.send(line.to_owned());
                if ready(line)
                    && let Some(announce) = announce.take()
                {
                    let _ = announce.send(line.to_owned());
                }
            }
        });
        let name = self.name.clone();
        let process = self.start().await?;
        let outcome = timeout(deadline, announced).await;
        if let Ok(Ok(line)) = outcome {
            return Ok((process, line));
        }
        let mut wrote = String::new();
        while let Ok(line) = told.try_recv() {
            wrote.push_str("\n  ");
            wrote.push_str(&line);
        }
        match outcome {
            Ok(_) => bail!("{name} ended before it was ready:{wrote}"),
            Err(_) => bail!("{name} was not ready after {deadline:?}:{wrote}"),
        }
    }

    /// Runs the program to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be started or does not succeed. What it wrote is part of the error.
    pub async fn run(self) -> anyhow::Result<String> {
        let name = self.name.clone();
        let (tell, mut told) = mpsc::unbounded_channel::<String>();
        let mut process = self
            .on_line(move |line| drop(tell.send(line.to_owned())))
            .start()
            .await?;
        let status = process.exited().await;
        let mut wrote = Vec::new();
        while let Some(line) = told.recv().await {
            wrote.push(line);
        }
        let wrote = wrote.join("\n");
        match status {
            Some(status) if status.success() => Ok(wrote),
            Some(status) => bail!("{name} failed with {status}:\n{wrote}"),
            None => bail!("{name} was lost:\n{wrote}"),
        }
    }

    /// Runs the program when what is given back is dropped, or else when this process has ended.
    ///
    /// # Errors
    ///
    /// When nobody can be found to wait for that.
    pub fn afterwards(self) -> anyhow::Result<Afterwards> {
        let command = [self.path.into_os_string()].into_iter();
        Afterwards::arrange(command.chain(self.arguments), |guardian| {
            guardian.envs(self.environment);
            if let Some(directory) = self.directory {
                guardian.current_dir(directory);
            }
        })
    }

    fn spawn(self) -> anyhow::Result<Process> {
        let mut command = self.command()?;
        command.args(&self.arguments).envs(self.environment);
        for name in self.forgotten {
            command.env_remove(name);
        }
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command.stdin(Stdio::null()).process_group(0);
        if !self.terminal {
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
        }
        let mut child = command.spawn()?;
        let id = child.id().context("it ended at once")?;
        let (lines, heard) = mpsc::unbounded_channel();
        if let Some(output) = child.stdout.take() {
            tokio::spawn(pump(output, lines.clone()));
        }
        if let Some(output) = child.stderr.take() {
            tokio::spawn(pump(output, lines));
        }
        tokio::spawn(hear(heard, self.on_line));
        Ok(Process::tended(self.name, id, self.death, child))
    }

    /// `setpriv … sh … program`, or the bare program where there is no `setpriv`.
    fn command(&self) -> anyhow::Result<Command> {
        let Some(setpriv) = find("setpriv") else {
            if self.user.is_some() {
                bail!("setpriv (package util-linux) is needed to give up root");
            }
            return Ok(Command::new(&self.path));
        };
        let mut command = Command::new(setpriv);
        let death = self.death.as_str().trim_start_matches("SIG");
        command.args(["--pdeathsig", death]);
        if let Some(user) = &self.user {
            command.args(["--reuid", user, "--regid", user, "--init-groups"]);
        }
        command
            .args([
                "--",
                "sh",
                "-c",
                UNLESS_ORPHANED,
                &std::process::id().to_string(),
            ])
            .arg(&self.path);
        Ok(command)
    }
}

async fn pump(output: impl AsyncRead + Unpin, lines: mpsc::UnboundedSender<String>) {
    let mut output = BufReader::new(output).lines();
    while let Ok(Some(line)) = output.next_line().await {
        if lines.send(line).is_err() {
            return;
        }
    }
}

async fn hear(
    mut lines: mpsc::UnboundedReceiver<String>,
    mut listener: Box<dyn FnMut(&str) + Send>,
) {
    while let Some(line) = lines.recv().await {
        listener(&line);
    }
}
