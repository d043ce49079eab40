//! What the parts of the demo log: all of it into files, and what somebody should see on the terminal too.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Words by which a line says that all is as it should be: those of the services, of Postgres and of NATS.
const ROUTINE: &[&str] = &["TRACE", "DEBUG", "INFO", "LOG:", "[INF]", "[DBG]"];
/// Words by which it says that it is not.
const NOTABLE: &[&str] = &[
    "WARN", "ERROR", "WARNING:", "ERROR:", "FATAL:", "PANIC:", "[WRN]", "[ERR]", "[FTL]",
];

/// Where the logs of a demo are whose data is here.
pub(super) fn directory(data: &Path) -> PathBuf {
    data.join("logs")
}

/// Takes the lines of a part of the demo: into a file of its own, which begins anew with each start, and to the terminal
/// what is not routine.
pub(super) fn keep(
    data: &Path,
    name: &'static str,
) -> anyhow::Result<impl FnMut(&str) + Send + 'static> {
    let directory = directory(data);
    fs::create_dir_all(&directory)?;
    let path = directory.join(name).with_extension("log");
    let mut file = File::create(&path).with_context(|| format!("write {}", path.display()))?;
    Ok(move |line: &str| {
        // A disk that is full stops no demo.
        let _ = writeln!(file, "{line}");
        if !is_routine(line) {
            eprintln!("{name:>23} │ {line}");
        }
    })
}

/// Whether a line tells that all is well. What does not say which it is, a panic for instance, is none of them.
pub(super) fn is_routine(line: &str) -> bool {
    // A time and the name of a container may come before.
    let mut words = line.split_ascii_whitespace().take(8);
    let told = words.find(|word| ROUTINE.contains(word) || NOTABLE.contains(word));
    told.is_some_and(|word| ROUTINE.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::is_routine;

    #[test]
    fn only_what_says_so_is_routine() {
        for line in [
            "2026-11-30T19:00:00.123456Z  INFO request: iam_service: signed in",
            "customer-service-1  | 2026-11-30T19:00:00.123456Z DEBUG sqlx: WARN",
            "postgres-1  | 2026-11-30 19:00:00.123 UTC [1] LOG:  listening",
            "nats-1  | [1] 2026/11/30 19:00:00.123456 [INF] Server is ready",
        ] {
            assert!(is_routine(line), "{line}");
        }
        for line in [
            "2026-11-30T19:00:00.123456Z  WARN bff: INFO",
            "2026-11-30T19:00:00.123456Z ERROR bff: lost",
            "thread 'main' panicked at src/main.rs:1:1:",
            "Error: the port is in use",
            "postgres-1  | 2026-11-30 19:00:00.123 UTC [1] FATAL:  no",
            "",
        ] {
            assert!(!is_routine(line), "{line}");
        }
    }
}
