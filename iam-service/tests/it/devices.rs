//! Devices where somebody has signed in: nobody who guesses elsewhere keeps them out there.

use iam_service::domain::throttle::{ADDRESS, DEVICE};
use jiff::SignedDuration;

use crate::guessing::{ADA, AWAY, BEN, HOME, crowd, forgot, guess, guesses, known, right, service};
use crate::service::PASSWORD;

#[tokio::test]
async fn strangers_everywhere_do_not_keep_out_whom_a_device_knows() -> anyhow::Result<()> {
    let service = service().await?;
    let mut ada = known(&service, ADA).await?;
    crowd(&service, ADA).await?;
    let mut elsewhere = service.browser().at(AWAY);
    assert_eq!(right(&mut elsewhere, ADA).await?, 429, "not known there");
    assert_eq!(right(&mut ada, ADA).await?, 303);
    // Nor does it matter where the device is: among those who guess.
    let mut stranger = service.browser().at(HOME);
    for _ in 0..ADDRESS.free {
        guess(&mut stranger, "nobody@example.com").await?;
        guess(&mut stranger, BEN).await?;
    }
    assert_eq!(right(&mut ada, ADA).await?, 303);
    assert_eq!(right(&mut service.browser().at(HOME), ADA).await?, 429);
    Ok(())
}

#[tokio::test]
async fn a_stolen_device_cookie_allows_a_few_guesses() -> anyhow::Result<()> {
    let service = service().await?;
    let mut ada = known(&service, ADA).await?;
    let (name, cookie) = ada
        .device()
        .map(|(name, cookie)| (name.clone(), cookie.clone()))
        .unwrap();
    let thieves = (0..DEVICE.free + 7).map(|n| {
        let mut thief = service.browser().at(format!("203.0.113.{n}"));
        thief.cookies.insert(name.clone(), cookie.clone());
        thief
    });
    let answers = guesses(thieves, ADA).await?;
    assert_eq!(answers, [(403, DEVICE.free), (429, 7)].into());
    // It signs nobody in, and hinders nobody but who has it.
    assert_eq!(right(&mut service.browser().at(AWAY), ADA).await?, 303);
    assert_eq!(right(&mut ada, ADA).await?, 429);
    service.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(right(&mut ada, ADA).await?, 303);
    Ok(())
}

#[tokio::test]
async fn a_device_is_known_to_the_account_that_signed_in_there_alone() -> anyhow::Result<()> {
    let service = service().await?;
    let mut ben = known(&service, BEN).await?;
    crowd(&service, ADA).await?;
    assert_eq!(right(&mut ben, ADA).await?, 429);
    assert_eq!(right(&mut ben, BEN).await?, 303);
    Ok(())
}

#[tokio::test]
async fn several_people_are_known_in_one_browser() -> anyhow::Result<()> {
    let service = service().await?;
    let mut shared = known(&service, ADA).await?;
    for email in [BEN, ADA] {
        assert_eq!(right(&mut shared, email).await?, 303);
    }
    crowd(&service, ADA).await?;
    crowd(&service, BEN).await?;
    for email in [ADA, BEN, ADA] {
        assert_eq!(right(&mut shared, email).await?, 303, "{email}");
    }

    // Ben's new password, chosen here, takes nothing from Ada.
    assert_eq!(forgot(&mut shared, BEN).await?, 200);
    let link = service.newest_link(BEN).await?;
    let before = shared.device().unwrap().1.clone();
    let answer = shared.post(&link, &[("password", PASSWORD)]).await?;
    assert_eq!(answer.status, 200);
    crowd(&service, BEN).await?;
    for email in [ADA, BEN] {
        assert_eq!(right(&mut shared, email).await?, 303, "{email}");
    }
    // What the browser had before is worth nothing to Ben any more.
    *shared.device().unwrap().1 = before;
    assert_eq!(right(&mut shared, BEN).await?, 429);
    assert_eq!(right(&mut shared, ADA).await?, 303);
    Ok(())
}

#[tokio::test]
async fn eight_people_are_known_in_one_browser() -> anyhow::Result<()> {
    let service = service().await?;
    let mut shared = known(&service, ADA).await?;
    for n in 0..6 {
        let email = format!("user{n}@example.com");
        service.user(&email, "Somebody").await?;
        assert_eq!(right(&mut shared, &email).await?, 303);
    }
    assert_eq!(right(&mut shared, BEN).await?, 303);
    crowd(&service, ADA).await?;
    assert_eq!(right(&mut shared, ADA).await?, 303, "the first of eight");
    service.user("ninth@example.com", "Ninth").await?;
    assert_eq!(right(&mut shared, "ninth@example.com").await?, 303);
    assert_eq!(
        right(&mut shared, ADA).await?,
        303,
        "it was used last but one"
    );
    let longest_ago = "user0@example.com";
    crowd(&service, longest_ago).await?;
    assert_eq!(right(&mut shared, longest_ago).await?, 429);
    Ok(())
}

#[tokio::test]
async fn a_made_up_device_is_none() -> anyhow::Result<()> {
    let service = service().await?;
    let mut ada = known(&service, ADA).await?;
    crowd(&service, ADA).await?;
    let (name, cookie) = ada
        .device()
        .map(|(name, cookie)| (name.clone(), cookie.clone()))
        .unwrap();
    let changed = format!(
        "{}{}",
        if cookie.starts_with('A') { 'B' } else { 'A' },
        &cookie[1..]
    );
    let too_many = format!("{}.{cookie}", ["made-up"; 8].join("."));
    for made_up in [
        "",
        "made-up",
        "....",
        &"A".repeat(64),
        &"A".repeat(3000),
        &changed,
        &too_many,
    ] {
        let mut browser = service.browser().at(AWAY);
        browser.cookies.insert(name.clone(), made_up.to_owned());
        assert_eq!(right(&mut browser, ADA).await?, 429, "{made_up}");
    }
    Ok(())
}

#[tokio::test]
async fn a_device_is_known_for_ninety_days_after_it_was_used() -> anyhow::Result<()> {
    let service = service().await?;
    let mut ada = known(&service, ADA).await?;
    let day = SignedDuration::from_hours(24);
    for (days, known) in [(89, 303), (89, 303), (90, 429)] {
        service.clock.advance(day * days);
        crowd(&service, ADA).await?;
        assert_eq!(right(&mut ada, ADA).await?, known, "after {days} days");
    }
    Ok(())
}

#[tokio::test]
async fn twenty_devices_of_one_account_are_known() -> anyhow::Result<()> {
    let service = service().await?;
    let mut first = known(&service, ADA).await?;
    service.clock.advance(SignedDuration::from_secs(1));
    let mut last = known(&service, ADA).await?;
    for _ in 0..19 {
        service.clock.advance(SignedDuration::from_secs(1));
        known(&service, ADA).await?;
    }
    crowd(&service, ADA).await?;
    assert_eq!(right(&mut first, ADA).await?, 429);
    assert_eq!(right(&mut last, ADA).await?, 303);
    Ok(())
}

#[tokio::test]
async fn a_new_password_lets_in_where_it_was_chosen_and_knows_no_other_device() -> anyhow::Result<()>
{
    let service = service().await?;
    let mut old = known(&service, ADA).await?;
    crowd(&service, ADA).await?;

    // Whom nothing knows comes in by mail, however many guess.
    let mut browser = service.browser().at(AWAY);
    assert_eq!(right(&mut browser, ADA).await?, 429);
    assert_eq!(forgot(&mut browser, ADA).await?, 200);
    let link = service.newest_link(ADA).await?;
    let answer = browser.post(&link, &[("password", PASSWORD)]).await?;
    assert_eq!(answer.status, 200);
    crowd(&service, ADA).await?;
    assert_eq!(right(&mut browser, ADA).await?, 303);
    assert_eq!(right(&mut old, ADA).await?, 429, "not known any more");
    Ok(())
}
