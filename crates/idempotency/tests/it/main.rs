//! Idempotency on a real Postgres: a small service that opens accounts.

mod service;

use std::sync::Arc;

use axum::http::StatusCode;
use futures::future::join_all;
use idempotency::{LEASE, MEMORY};
use jiff::SignedDuration;
use tokio::sync::Notify;

use service::{Answer, Bank};

#[tokio::test]
async fn the_same_request_twice_is_done_once_and_answered_twice() -> anyhow::Result<()> {
    let bank = Bank::start().await?;

    let first = bank.open("ada", "/accounts", Some("k"), "Savings").await?;
    let second = bank.open("ada", "/accounts", Some("k"), "Savings").await?;

    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(second, first);
    assert_eq!(bank.accounts().await?, 1);
    Ok(())
}

#[tokio::test]
async fn without_a_key_every_request_is_another() -> anyhow::Result<()> {
    let bank = Bank::start().await?;
    bank.open("ada", "/accounts", None, "Savings").await?;
    bank.open("ada", "/accounts", None, "Savings").await?;
    assert_eq!(bank.accounts().await?, 2);
    Ok(())
}

#[tokio::test]
async fn another_body_needs_another_key() -> anyhow::Result<()> {
    let bank = Bank::start().await?;
    bank.open("ada", "/accounts", Some("k"), "Savings").await?;

    let answer = bank.open("ada", "/accounts", Some("k"), "Travel").await?;

    assert_eq!(answer.problem(), (422, "idempotency-key-reused"));
    assert_eq!(bank.accounts().await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_key_is_the_callers_own_and_the_routes() -> anyhow::Result<()> {
    let bank = Bank::start().await?;
    for (caller, path) in [
        ("ada", "/accounts"),
        ("bob", "/accounts"),
        ("ada", "/other-accounts"),
    ] {
        let answer = bank.open(caller, path, Some("k"), "Savings").await?;
        assert_eq!(answer.status, StatusCode::OK, "{caller} at {path}");
    }
    assert_eq!(bank.accounts().await?, 3);
    Ok(())
}

#[tokio::test]
async fn an_address_is_the_same_however_its_ids_are_written() -> anyhow::Result<()> {
    let bank = Bank::start().await?;
    for id in [
        "019a0b1c-0000-7000-8000-00000000abcd",
        "019A0B1C-0000-7000-8000-00000000ABCD",
        "019a0b1c00007000800000000000abcd",
        "%3019a0b1c-0000-7000-8000-00000000abcd",
    ] {
        let path = format!("/branches/{id}/accounts");
        bank.open("ada", &path, Some("k"), "Savings").await?;
        assert_eq!(bank.accounts().await?, 1, "{id}");
    }
    let other = "/branches/019a0b1c-0000-7000-8000-00000000abce/accounts";
    bank.open("ada", other, Some("k"), "Savings").await?;
    assert_eq!(bank.accounts().await?, 2);
    Ok(())
}

#[tokio::test]
async fn the_same_key_meanwhile_is_a_conflict() -> anyhow::Result<()> {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let bank = Bank::start().await?.pausing(&entered, &go_on);
    let slow = tokio::spawn({
        let bank = bank.clone();
        async move { bank.open("ada", "/accounts", Some("k"), "Savings").await }
    });
    entered.notified().await;

    let meanwhile = bank.open("ada", "/accounts", Some("k"), "Savings").await?;
    let with_another_body = bank.open("ada", "/accounts", Some("k"), "Travel").await?;
    go_on.notify_one();

    assert_eq!(meanwhile.problem(), (409, "idempotency-key-in-flight"));
    assert_eq!(with_another_body.problem(), (422, "idempotency-key-reused"));
    let first = slow.await??;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(
        bank.open("ada", "/accounts", Some("k"), "Savings").await?,
        first
    );
    Ok(())
}

#[tokio::test]
async fn of_many_at_once_one_is_done() -> anyhow::Result<()> {
    let bank = Bank::start().await?;

    let answers =
        join_all((0..20).map(|_| bank.open("ada", "/accounts", Some("k"), "Savings"))).await;

    let answers: Vec<Answer> = answers.into_iter().collect::<Result<_, _>>()?;
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.status.as_u16(), 200 | 409))
    );
    assert!(answers.iter().any(|answer| answer.status == StatusCode::OK));
    assert_eq!(bank.accounts().await?, 1);
    Ok(())
}

#[tokio::test]
async fn what_failed_is_tried_again() -> anyhow::Result<()> {
    let bank = Bank::start().await?;
    let undecided = bank
        .open("ada", "/accounts", Some("k"), "undecided")
        .await?;
    assert_eq!(undecided.problem(), (503, "undecided"));

    let again = bank
        .open("ada", "/accounts", Some("k"), "undecided")
        .await?;
    assert_eq!(
        again.problem(),
        (503, "undecided"),
        "neither stored nor in flight"
    );

    let other_body = bank.open("ada", "/accounts", Some("k"), "Savings").await?;
    assert_eq!(
        other_body.status,
        StatusCode::OK,
        "the key was never used up"
    );
    Ok(())
}

#[tokio::test]
async fn an_attempt_that_was_cut_off_does_not_block_the_next() -> anyhow::Result<()> {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let bank = Bank::start().await?.pausing(&entered, &go_on);
    let cut_off = tokio::spawn({
        let bank = bank.clone();
        async move { bank.open("ada", "/accounts", Some("k"), "Savings").await }
    });
    entered.notified().await;
    cut_off.abort();
    assert!(cut_off.await.is_err());
    bank.no_lease_left().await?;

    go_on.notify_one();
    let answer = bank.open("ada", "/accounts", Some("k"), "Savings").await?;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(bank.accounts().await?, 1);
    Ok(())
}

#[tokio::test]
async fn of_two_attempts_past_the_lease_one_commits() -> anyhow::Result<()> {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let bank = Bank::start().await?.pausing(&entered, &go_on);
    let attempt = |bank: Bank| {
        tokio::spawn(async move { bank.open("ada", "/accounts", Some("k"), "Savings").await })
    };
    let stalled = attempt(bank.clone());
    entered.notified().await;
    bank.clock.advance(LEASE);
    let other_body = bank.open("ada", "/accounts", Some("k"), "Travel").await?;
    assert_eq!(other_body.problem(), (422, "idempotency-key-reused"));
    let second = attempt(bank.clone());
    entered.notified().await;

    // Whichever goes on first: the one that lost its lease is told so.
    go_on.notify_one();
    let stalled = stalled.await??;
    go_on.notify_one();
    let second = second.await??;

    assert_eq!(stalled.problem(), (409, "idempotency-key-in-flight"));
    assert_eq!(second.status, StatusCode::OK);
    assert_eq!(bank.accounts().await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_key_is_remembered_for_a_day() -> anyhow::Result<()> {
    let bank = Bank::start().await?;
    let first = bank.open("ada", "/accounts", Some("k"), "Savings").await?;

    bank.clock.advance(MEMORY);
    assert_eq!(
        bank.open("ada", "/accounts", Some("k"), "Savings").await?,
        first
    );
    bank.clock.advance(SignedDuration::from_secs(1));
    assert_ne!(
        bank.open("ada", "/accounts", Some("k"), "Savings").await?,
        first
    );
    assert_eq!(bank.accounts().await?, 2);
    Ok(())
}

#[tokio::test]
async fn what_is_remembered_no_longer_is_deleted_bit_by_bit() -> anyhow::Result<()> {
    let bank = Bank::start().await?;
    bank.did_long_ago(250).await?;
    for (key, left) in [("a", 151), ("b", 52), ("c", 3), ("d", 4)] {
        bank.open("ada", "/accounts", Some(key), "Savings").await?;
        assert_eq!(bank.marks().await?, left, "{key}");
    }
    Ok(())
}

#[tokio::test]
async fn a_request_does_not_fail_because_old_ones_are_not_deleted() -> anyhow::Result<()> {
    let bank = Bank::start().await?;
    bank.open("ada", "/accounts", Some("k"), "Savings").await?;
    bank.clock.advance(MEMORY + SignedDuration::from_secs(1));
    bank.did_long_ago(1).await?;
    bank.keep_marks().await?;

    let other = bank.open("ada", "/accounts", Some("l"), "Savings").await?;
    let again = bank.open("ada", "/accounts", Some("k"), "Travel").await?;

    assert_eq!(other.status, StatusCode::OK);
    assert_eq!(again.status, StatusCode::OK, "it is another request by now");
    assert_eq!(bank.accounts().await?, 3);
    Ok(())
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() -> anyhow::Result<()> {
    let bank = Bank::start().await?;
    let long = "k".repeat(256);
    for key in ["", "\u{e9}", &long] {
        let answer = bank.open("ada", "/accounts", Some(key), "Savings").await?;
        assert_eq!(answer.problem(), (400, "malformed"), "{key:?}");
    }
    assert_eq!(
        bank.open("ada", "/accounts", Some(&long[1..]), "Savings")
            .await?
            .status,
        200
    );
    assert_eq!(bank.accounts().await?, 1);
    Ok(())
}
