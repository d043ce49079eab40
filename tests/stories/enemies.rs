//! New enemies: whoever knows of a revocation is never told otherwise, and who does not is told so for no longer than
//! facts may be old. `cargo xtask trouble enemies` does it for longer.

use stories::enemies::contend;

#[tokio::test]
async fn nobody_is_allowed_by_what_was_revoked() -> anyhow::Result<()> {
    let record = contend(1, 6).await?;
    assert!(record.violations.is_empty(), "{record}");
    let revocations = record.revocations;
    assert!(
        revocations == 48
            && record.undoings * 2 > revocations
            && record.allowed > revocations
            && record.denied > revocations,
        "too little was asked: {record}"
    );
    Ok(())
}
