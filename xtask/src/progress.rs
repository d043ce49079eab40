//! What a person reads while waiting.

use tokio::time::Instant;

use crate::workspace;

/// Says what is going to happen; and how long it takes, where nothing has been built yet. Then most of what is read
/// are cargo's own lines, and for minutes nothing else.
pub(crate) fn plan(steps: &str, first_time: &str) -> anyhow::Result<()> {
    eprintln!("{steps}");
    if !workspace::binary("security-system-service")?.exists() {
        eprintln!("Nothing is built here yet. {first_time}");
    }
    Ok(())
}

/// Announces a stage, does it, and says how long it took.
pub(crate) async fn stage<T>(
    name: &str,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    eprintln!("▶ {name}");
    let started = Instant::now();
    let outcome = work.await;
    let took = started.elapsed().as_secs_f32();
    match &outcome {
        Ok(_) => eprintln!("✔ {name} ({took:.1} s)"),
        Err(_) => eprintln!("✘ {name} ({took:.1} s)"),
    }
    outcome
}
