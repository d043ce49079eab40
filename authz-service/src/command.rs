//! What the program can be told.

use std::env::current_exe;
use std::ffi::OsString;
use std::io::{stdin, stdout};
use std::path::PathBuf;

use anyhow::ensure;
use chassis::config::Database;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;

use crate::app::{Replay, Tally, examine_here};
use crate::store::{DecisionLog, Filter, Versions};
use crate::{Config, NAME, migrate, run, store};

/// What every service can be told, and what concerns policies alone.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Reads a directory of policies and runs their cases; says what is wrong, and where.
    Check {
        /// The directory.
        policies: PathBuf,
        /// A file of facts, which have to fit too.
        #[arg(long)]
        facts: Option<PathBuf>,
    },
    /// Writes a file of facts in the form that the service starts from the quickest, if they fit the policies.
    Snapshot {
        /// The directory of the policies.
        policies: PathBuf,
        /// The file of facts.
        #[arg(long)]
        facts: PathBuf,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Reads policies from its input, within bounds: what the service has a child of its own do.
    #[command(hide = true)]
    Examine,
    /// Answers once more what was decided, from the log alone. Fails when an answer is another one now.
    Replay(Box<Replays>),
    /// What every service can be told.
    #[command(flatten)]
    Service(service_commands::Command<Config>),
}

/// Which decisions are answered once more: those of which all of this is so.
#[derive(Debug, Args)]
pub struct Replays {
    /// Where they are kept.
    #[command(flatten)]
    database: Database,
    /// Not before.
    #[arg(long)]
    from: Option<Timestamp>,
    /// Before.
    #[arg(long)]
    until: Option<Timestamp>,
    /// Who asked.
    #[arg(long)]
    caller: Option<String>,
    /// The id of whoever wanted to do something.
    #[arg(long)]
    subject: Option<String>,
    /// What.
    #[arg(long)]
    action: Option<String>,
    /// The id of what they wanted to do it to.
    #[arg(long)]
    resource: Option<String>,
    /// The digest of the policies.
    #[arg(long)]
    policy_version: Option<String>,
}

impl Replays {
    async fn run(self) -> anyhow::Result<()> {
        let pool = PgPool::connect(self.database.url()?.expose_secret()).await?;
        let filter = Filter {
            caller: self.caller,
            subject: self.subject,
            action: self.action,
            resource: self.resource,
            policy_version: self.policy_version,
            from: self.from,
            until: self.until,
            outcome: None,
        };
        let tally = replay(&pool, &filter).await?;
        println!("{tally}");
        ensure!(
            tally.different == 0,
            "answers are not what they were: see above"
        );
        Ok(())
    }
}

/// Answers once more what was decided, and prints each decision that is another one now.
///
/// # Errors
///
/// When the database fails.
pub async fn replay(pool: &PgPool, filter: &Filter) -> anyhow::Result<Tally> {
    let log = DecisionLog::new(pool.clone());
    let mut replay = Replay::new(log, Versions::new(pool.clone()));
    let tally = replay.all(filter, |number, decision, replayed| {
        let (at, outcome, policies) = (decision.at, &decision.outcome, &decision.policies);
        println!("decision {number} of {at} was {outcome} by {policies:?}, and is {replayed}");
    });
    Ok(tally.await?)
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    ///
    /// When the policies are wrong, or the service fails.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Check { policies, facts } => {
                println!("{}", store::check(&policies, facts.as_deref())?);
                Ok(())
            }
            Self::Snapshot {
                policies,
                facts,
                out,
            } => {
                println!("{}", store::snapshot(&policies, &facts, &out)?);
                Ok(())
            }
            Self::Examine => examine_here(stdin(), stdout()),
            Self::Replay(replays) => replays.run().await,
            Self::Service(command) => {
                let examiner = Some(current_exe()?);
                let run = |config, clocks, listener, shutdown| {
                    let config = Config { examiner, ..config };
                    run(config, clocks, listener, shutdown)
                };
                let settings = |config: &Config| config.settings.clone();
                command.run(NAME, settings, migrate, run).await
            }
        }
    }
}

/// The arguments, with the command that goes without saying: whoever is told settings alone serves.
pub fn told(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut told: Vec<_> = arguments.collect();
    let first = told.get(1).and_then(|first| first.to_str());
    let is_setting = first.is_none_or(|first| first.starts_with("--"));
    if is_setting && !matches!(first, Some("--help" | "--version")) {
        told.insert(1.min(told.len()), "serve".into());
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_told_settings_alone_serves() {
        let said = |words: &[&str]| {
            let words = ["authz-service"].iter().chain(words);
            let told = told(words.map(OsString::from));
            told[1].to_str().unwrap().to_owned()
        };
        assert_eq!(said(&[]), "serve");
        assert_eq!(said(&["--policies", "library"]), "serve");
        assert_eq!(said(&["--help"]), "--help");
        assert_eq!(said(&["check", "library"]), "check");
    }
}
