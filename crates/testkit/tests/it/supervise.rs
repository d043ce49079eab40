use std::path::Path;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;
use testkit::scratch::Scratch;
use testkit::supervise::Program;

/// Set in the process that the test below starts and kills.
const VICTIM: &str = "TESTKIT_VICTIM";

#[tokio::test]
async fn what_a_program_wrote_is_told_when_it_fails() {
    let error = Program::new("sh")
        .args(["-c", "echo so; echo sad >&2; exit 3"])
        .run()
        .await
        .err();
    let error = error.map(|error| error.to_string()).unwrap_or_default();
    assert!(
        error.contains("exit status: 3") && error.contains("so") && error.contains("sad"),
        "{error}"
    );
}

#[tokio::test]
async fn a_dropped_process_is_gone() -> anyhow::Result<()> {
    let process = Program::new("sleep").arg("1000").start().await?;
    let id = process.id();
    assert!(Path::new(&format!("/proc/{id}")).exists());
    drop(process);
    assert!(!Path::new(&format!("/proc/{id}")).exists());
    Ok(())
}

#[tokio::test]
async fn a_stopped_process_had_the_chance_to_clean_up() -> anyhow::Result<()> {
    let scratch = Scratch::new("stop")?;
    let mark = scratch.path().join("mark");
    let script = format!(
        "trap 'touch {}; exit' TERM; echo ready; while :; do sleep 0.01; done",
        mark.display()
    );
    let (process, _) = Program::new("sh")
        .args(["-c", &script])
        .start_until(|line| line == "ready", Duration::from_secs(10))
        .await?;
    process.stop(Signal::SIGTERM).await;
    assert!(mark.exists());
    Ok(())
}

/// Not a test of its own: what the next one kills.
#[tokio::test]
async fn victim() -> anyhow::Result<()> {
    if std::env::var_os(VICTIM).is_none() {
        return Ok(());
    }
    let scratch = Scratch::new("victim")?;
    let child = Program::new("sleep").arg("1000").start().await?;
    println!("\nvictim: {} {}", child.id(), scratch.path().display());
    std::future::pending().await
}

#[tokio::test]
async fn nothing_survives_a_killed_process() -> anyhow::Result<()> {
    let (process, line) = Program::new(std::env::current_exe()?)
        .args(["--exact", "supervise::victim", "--nocapture"])
        .env(VICTIM, "1")
        .start_until(|line| line.starts_with("victim: "), Duration::from_secs(10))
        .await?;
    let mut words = line.split(' ').skip(1);
    let (child, scratch) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    assert!(Path::new(scratch).exists());
    let root = Path::new(scratch)
        .parent()
        .map(Path::to_owned)
        .unwrap_or_default();

    process.kill().await;

    // Another process, and it says itself when it is gone.
    let gone = format!(
        "while kill -0 {child} 2>/dev/null || [ -e {} ]; do sleep 0.01; done",
        root.display()
    );
    assert!(
        Command::new("timeout")
            .args(["10", "sh", "-c", &gone])
            .status()?
            .success()
    );
    Ok(())
}

#[tokio::test]
async fn what_is_to_be_done_afterwards_is_done_when_it_is_dropped() -> anyhow::Result<()> {
    let scratch = Scratch::new("afterwards")?;
    let file = scratch.path().join("done");
    let afterwards = Program::new("touch").arg(&file).afterwards()?;
    assert!(!file.exists());
    drop(afterwards);
    assert!(file.exists());
    Ok(())
}
