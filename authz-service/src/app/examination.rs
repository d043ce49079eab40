//! Reading what somebody has uploaded, in a process of its own.
//!
//! What reading policies costs cannot be told from their size: a schema of a few lines may stand for millions, and what was
//! begun cannot be called off. So a child of this program reads them first, one at a time, with bounds that hold. What it came
//! through, this process comes through too: it reads the same in the same way.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use pdp::{Fault, Faults, Policies};
use rlimit::Resource;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::store::{Files, sources};

/// The command by which the child knows what it is.
pub(crate) const COMMAND: &str = "examine";
/// Seconds of a processor that the child has.
const PROCESSOR: u64 = 2;
/// Bytes that it has, the stack of the thread that reads among them.
const MEMORY: u64 = 512 * 1024 * 1024;
/// How long it is waited for: less than whoever uploads waits, who is to hear why.
const PATIENCE: Duration = Duration::from_secs(4);

/// Has policies read by this program, if there is one: where the service is a part of another process, it reads by itself.
#[derive(Debug, Default)]
pub struct Examiner {
    program: Option<PathBuf>,
    turn: Mutex<()>,
}

/// A fault, on its way from the child.
#[derive(Serialize, Deserialize)]
struct Told {
    file: String,
    line: Option<usize>,
    message: String,
}

impl Examiner {
    /// By this program.
    #[must_use]
    pub fn new(program: Option<PathBuf>) -> Self {
        let turn = Mutex::default();
        Self { program, turn }
    }

    /// Whether these policies make sense and pass their own tests, within the bounds.
    ///
    /// # Errors
    ///
    /// When they do not.
    pub(super) async fn examine(&self, files: &Files) -> Result<(), Faults> {
        let Some(program) = &self.program else {
            return Ok(());
        };
        let _turn = self.turn.lock().await;
        let examined = timeout(PATIENCE, read_apart(program, files)).await;
        let faults = examined.ok().and_then(|read| {
            read.inspect_err(|error| {
                tracing::warn!(error = format!("{error:#}"), "policies were not examined");
            })
            .ok()
        });
        match faults {
            Some(faults) if faults.is_empty() => Ok(()),
            Some(faults) => Err(Faults(faults)),
            None => Err(Faults(vec![Fault {
                file: "*.cedar".to_owned(),
                line: None,
                message: "to check this takes too long, or too much memory".to_owned(),
            }])),
        }
    }
}

async fn read_apart(program: &Path, files: &Files) -> anyhow::Result<Vec<Fault>> {
    let mut child = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = child.stdin.take().context("no way to tell it")?;
    let told = serde_json::to_vec(files)?;
    let tell = async move { stdin.write_all(&told).await };
    let (told, output) = tokio::join!(tell, child.wait_with_output());
    let output = output?;
    anyhow::ensure!(output.status.success(), "it ended with {}", output.status);
    told?;
    let faults: Vec<Told> = serde_json::from_slice(&output.stdout)?;
    Ok(faults.into_iter().map(Fault::from).collect())
}

/// The other side: reads policies within the bounds, and tells what is wrong with them.
///
/// # Errors
///
/// When it is not told any, or cannot be bounded.
pub(crate) fn examine_here(input: impl Read, output: impl Write) -> anyhow::Result<()> {
    Resource::CPU.set(PROCESSOR, PROCESSOR)?;
    Resource::DATA.set(MEMORY, MEMORY)?;
    Resource::CORE.set(0, 0)?;
    let files: Files = serde_json::from_reader(input)?;
    let read = Policies::new(&sources(files));
    let faults = read.err().map_or_else(Vec::new, |faults| faults.0);
    let faults: Vec<_> = faults.into_iter().map(Told::from).collect();
    Ok(serde_json::to_writer(output, &faults)?)
}

impl From<Fault> for Told {
    fn from(fault: Fault) -> Self {
        Self {
            file: fault.file,
            line: fault.line,
            message: fault.message,
        }
    }
}

impl From<Told> for Fault {
    fn from(told: Told) -> Self {
        Self {
            file: told.file,
            line: told.line,
            message: told.message,
        }
    }
}
