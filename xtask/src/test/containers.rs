//! The stories in containers, where there is Docker.

use std::time::Duration;

use anyhow::ensure;
use tokio::time::{Instant, sleep, timeout};

use super::RealParts;
use super::tally::Tally;
use crate::images;

/// How long containers may take to be gone.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often to look.
const LOOK: Duration = Duration::from_millis(200);

/// How long the stories may take, and with all of the trouble.
const STORIES: [Duration; 2] = [Duration::from_mins(10), Duration::from_mins(40)];

/// What the stories are told.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a> {
    /// The names of those to be told, where it is not all of them.
    pub(super) names: &'a [String],
    /// Whether every trouble comes over every container.
    pub(super) thorough: bool,
}

/// Builds the images and tells the stories; nothing of that is there afterwards but the images.
pub(super) async fn run(
    tally: &mut Tally,
    parts: &RealParts,
    arguments: Arguments<'_>,
) -> anyhow::Result<()> {
    if !images::docker_runs().await {
        tally.skip(
            "stories in containers",
            "Docker does not run on this machine",
        );
        return Ok(());
    }
    let before = there().await?;
    tally.stage("images", images::build_packed(false)).await;
    let tests = parts
        .tests()
        .args("--workspace --exclude=frontend --test=containers --".split(' '));
    let tests = match images::plugins()? {
        Some(plugins) => tests.env("DOCKER_CONFIG", plugins),
        None => tests,
    };
    let tests = tests.args(arguments.names);
    let tests = if arguments.thorough {
        tests.env("REALGUARDIO_THOROUGH", "1").arg("--nocapture")
    } else {
        tests
    };
    let limit = STORIES[usize::from(arguments.thorough)];
    let told = timeout(limit, tally.tests("stories in containers", tests)).await;
    if told.is_err() {
        eprintln!("✘ stories in containers: not told within {limit:?}");
        tally.failed += 1;
    }
    tally.stage("nothing is left of them", back(&before)).await;
    Ok(())
}

/// Waits until there is what was there before, and nothing else.
async fn back(before: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    loop {
        let after = there().await?;
        if before == after {
            return Ok(());
        }
        // The containers are stopped when the tests have ended, by somebody who outlives them.
        ensure!(
            begun.elapsed() < PATIENCE,
            "before:\n{before}\nafter:\n{after}"
        );
        sleep(LOOK).await;
    }
}

/// All containers, networks and volumes.
async fn there() -> anyhow::Result<String> {
    let mut there = String::new();
    for list in [
        ["ps", "--all", "--format={{.ID}} {{.Names}}"],
        ["network", "ls", "--format={{.ID}} {{.Name}}"],
        ["volume", "ls", "--format={{.Driver}} {{.Name}}"],
    ] {
        let mut lines = images::docker(list).run().await?;
        lines.push('\n');
        there.push_str(&lines);
    }
    Ok(there)
}
