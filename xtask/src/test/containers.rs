//! The stories in containers, where there is Docker.

use std::process;
use std::time::Duration;

use anyhow::ensure;
use tokio::time::{Instant, sleep, timeout};

use super::readme;
use super::tally::Tally;
use crate::{images, workspace};

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

/// Builds the images and tells the stories of them; nothing of that is there afterwards but the images.
pub(super) async fn run(tally: &mut Tally, arguments: Arguments<'_>) -> anyhow::Result<()> {
    if !images::docker_runs().await {
        tally.skip(
            "stories in containers",
            "Docker does not run on this machine",
        );
        return Ok(());
    }
    if !tally.stage("images", images::build_packed(false)).await {
        eprintln!("✘ stories in containers: not told of images that are older");
        return Ok(());
    }
    let project = format!("realguardio-stories-of-{}", process::id());
    let tests = workspace::cargo()
        .arg("test")
        .env("REALGUARDIO_PROJECT", &project)
        .args("--workspace --exclude=frontend --test=containers --".split(' '));
    let tests = match images::plugins()? {
        // Another configuration has no other engine.
        Some(plugins) => tests
            .env("DOCKER_CONFIG", plugins)
            .env("DOCKER_HOST", images::host().await?),
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
    tally.stage("nothing is left of them", gone(&project)).await;
    if arguments.thorough {
        tally.stage("the demo in containers", demo()).await;
    }
    Ok(())
}

/// Starts the demo in containers, visits it, and sees that nothing is left of it.
async fn demo() -> anyhow::Result<()> {
    let base = readme::free_base()?;
    readme::demo(base, &["--docker"], None).await?;
    gone(&format!("realguardio-{base}")).await
}

/// Waits until nothing is left of a project.
async fn gone(project: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    loop {
        let left = left(project).await?;
        if left.is_empty() {
            return Ok(());
        }
        // The containers are stopped when the tests have ended, by somebody who outlives them.
        ensure!(begun.elapsed() < PATIENCE, "there still is\n{left}");
        sleep(LOOK).await;
    }
}

/// The containers, networks and volumes of a project, a line for each.
async fn left(project: &str) -> anyhow::Result<String> {
    let of_project = format!("--filter=label=com.docker.compose.project={project}");
    let mut left = String::new();
    for list in [
        ["ps", "--all", "--format=container {{.Names}}"],
        ["network", "ls", "--format=network {{.Name}}"],
        ["volume", "ls", "--format=volume {{.Name}}"],
    ] {
        for line in images::docker(list).arg(&of_project).run().await?.lines() {
            left.push_str(line);
            left.push('\n');
        }
    }
    Ok(left)
}
