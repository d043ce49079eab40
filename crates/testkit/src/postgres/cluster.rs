//! A Postgres cluster as a child process.

use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use nix::sys::signal::Signal;
use nix::unistd::{Uid, User};
use url::Url;

use crate::supervise::{Process, Program, find};

/// How long a cluster may take to start, recovery after a crash included, or to write everything down and stop.
const DEADLINE: Duration = Duration::from_secs(30);

/// Small on purpose: a laptop runs all services and their databases at once.
const SETTINGS: &[&str] = &[
    "shared_buffers=16MB",
    "max_connections=200",
    "max_wal_size=128MB",
    "min_wal_size=32MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum_max_workers=1",
    "max_parallel_workers=0",
    "max_worker_processes=0",
    "jit=off",
    "unix_socket_directories=",
    "listen_addresses=127.0.0.1",
];

/// Faster without durability, for data that nobody needs after a crash.
const FORGETFUL: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
];

/// Who may connect: everybody, at once. To drop a database Postgres waits for every backend, also
/// for one that waits for a password; and a test that is dropping its database may be the one who owes
/// it: both would wait until the authentication times out, a minute later.
const WITHOUT_PASSWORDS: &str = "host all all 127.0.0.1/32 trust\n";

/// The Postgres programs of this machine.
#[derive(Clone, Debug)]
pub struct Installation {
    programs: PathBuf,
}

impl Installation {
    /// Looks in `PATH`, then where Debian puts them, newest version first.
    #[must_use]
    pub fn find() -> Option<Self> {
        if let Some(initdb) = find("initdb")
            && let Some(programs) = fs::canonicalize(initdb)
                .ok()
                .as_deref()
                .and_then(Path::parent)
            && programs.join("postgres").exists()
        {
            return Some(Self {
                programs: programs.into(),
            });
        }
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
        versions
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.join("bin/initdb").exists() && path.join("bin/postgres").exists())
            .max_by_key(version)
            .map(|path| Self {
                programs: path.join("bin"),
            })
    }

    /// Makes the files of a cluster in `data`, with `password` for its superuser `postgres`.
    ///
    /// # Errors
    ///
    /// When `initdb` fails.
    pub async fn initialize(&self, data: &Path, password: &str) -> anyhow::Result<()> {
        fs::create_dir_all(data)?;
        let secret = data.with_extension("password");
        fs::write(&secret, password)?;
        let user = server_user()?;
        if let Some(user) = &user {
            for path in [data, &secret] {
                chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
                    .with_context(|| format!("give {} to {}", path.display(), user.name))?;
            }
        }
        let outcome = Program::new(self.programs.join("initdb"))
            .args([
                "--username=postgres",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ])
            .arg("--no-instructions")
            .arg(argument("--pwfile=", &secret))
            .arg(argument("--pgdata=", data))
            .directory("/")
            .user(user.map(|user| user.name))
            .run()
            .await;
        fs::remove_file(&secret)?;
        outcome.map(drop)
    }

    /// Lets everybody on this machine into the cluster in `data`, as its superuser too: for tests, whose data is nobody's.
    ///
    /// # Errors
    ///
    /// When its files cannot be written.
    pub fn let_everybody_in(data: &Path) -> anyhow::Result<()> {
        Ok(fs::write(data.join("pg_hba.conf"), WITHOUT_PASSWORDS)?)
    }

    /// Starts the cluster in `data`. With `durable` it keeps what it confirmed, whatever happens.
    ///
    /// # Errors
    ///
    /// When it does not start. What it wrote is part of the error.
    pub async fn start(
        &self,
        data: &Path,
        port: u16,
        password: &str,
        durable: bool,
    ) -> anyhow::Result<Cluster> {
        let more = if durable { &[] } else { FORGETFUL };
        self.start_with(data, port, password, more).await
    }

    /// The same, with these settings beside those that every cluster has.
    pub(super) async fn start_with(
        &self,
        data: &Path,
        port: u16,
        password: &str,
        more: &[&str],
    ) -> anyhow::Result<Cluster> {
        let settings = SETTINGS.iter().chain(more);
        let (process, _) = Program::new(self.programs.join("postgres"))
            .arg("-D")
            .arg(data)
            .arg("-p")
            .arg(port.to_string())
            .args(settings.flat_map(|setting| ["-c", setting]))
            .directory("/")
            .user(server_user()?.map(|user| user.name))
            .on_orphaned(Signal::SIGQUIT)
            .start_until(
                |line| line.contains("ready to accept connections"),
                DEADLINE,
            )
            .await?;
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres").parse()?;
        Ok(Cluster { process, url })
    }
}

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    process: Process,
    url: Url,
}

impl Cluster {
    /// The superuser's address of the database `postgres`.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The server process, to watch it or to signal it.
    pub const fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Ends the cluster, open sessions included, leaving its files clean.
    pub async fn stop(self) {
        self.process.stop_within(DEADLINE, Signal::SIGINT).await;
    }
}

/// The user to run the server as: Postgres refuses root.
fn server_user() -> anyhow::Result<Option<User>> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    match User::from_name("postgres")? {
        Some(user) => Ok(Some(user)),
        None => bail!("Postgres does not run as root, and there is no user postgres to run it as"),
    }
}

fn argument(flag: &str, path: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from(flag);
    argument.push(path);
    argument
}
