//! What a person reads while waiting.

use std::time::Instant;

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
