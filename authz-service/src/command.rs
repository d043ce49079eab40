//! What the program can be told.

use std::env::current_exe;
use std::ffi::OsString;
use std::io::{stdin, stdout};
use std::path::PathBuf;

use clap::Subcommand;

use crate::app::examine_here;
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
    /// Reads policies from its input, within bounds: what the service has a child of its own do.
    #[command(hide = true)]
    Examine,
    /// What every service can be told.
    #[command(flatten)]
    Service(service_commands::Command<Config>),
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
            Self::Examine => examine_here(stdin(), stdout()),
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
