//! A few random worlds: every strategy gives the model's answers. `cargo xtask worlds` has more.

use stories::worlds::{Findings, Laboratory};

#[tokio::test]
async fn every_strategy_gives_the_answers_of_the_model() -> anyhow::Result<()> {
    let laboratory = Laboratory::open(1).await?;
    let mut findings = Findings::default();
    for seed in 1..=2 {
        findings.add(laboratory.world(seed).await?);
    }
    for disagreement in &findings.disagreements {
        eprintln!("{disagreement}");
    }
    assert_eq!(findings.disagreements.len(), 0, "{findings}");
    assert!(
        findings.done > findings.passed_over && findings.questions > 500,
        "too little was found out: {findings:?}"
    );
    Ok(())
}
