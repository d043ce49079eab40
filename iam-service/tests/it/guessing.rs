//! Guessing passwords: it stays slow, and keeps nobody out who has been here before.

use std::collections::BTreeMap;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use iam_service::domain::throttle::{ACCOUNT, ADDRESS, DEVICE, MAIL_FROM_ADDRESS};
use jiff::SignedDuration;
use sqlx::{Connection as _, PgConnection};

use crate::browser::{Answer, Browser};
use crate::service::{Options, PASSWORD, Service};

const ADA: &str = "ada@example.com";
const BEN: &str = "ben@example.com";
/// Where Ada is, and where nobody guesses from.
const HOME: &str = "198.51.100.1";
const AWAY: &str = "198.51.100.2";

/// A service where Ada and Ben have signed in: a stranger has not.
async fn service() -> anyhow::Result<Service> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    service.user(BEN, "Ben").await?;
    Ok(service)
}

/// A browser in which somebody has signed in and out.
async fn known(service: &Service, email: &str) -> anyhow::Result<Browser> {
    let mut browser = service.browser().at(HOME);
    assert_eq!(right(&mut browser, email).await?, 303);
    browser.cookies.retain(|name, _| name.contains("-device"));
    assert!(browser.device().is_some(), "it is known again");
    Ok(browser)
}

async fn right(browser: &mut Browser, email: &str) -> anyhow::Result<u16> {
    let answer = browser.sign_in("/sign-in", email, PASSWORD).await?;
    Ok(answer.status.as_u16())
}

async fn guess(browser: &mut Browser, email: &str) -> anyhow::Result<u16> {
    let answer = browser
        .sign_in("/sign-in", email, "not the password")
        .await?;
    Ok(answer.status.as_u16())
}

/// A guess from each of these browsers, eight at once, counted by what was answered.
async fn guesses(
    browsers: impl Iterator<Item = Browser>,
    email: &str,
) -> anyhow::Result<BTreeMap<u16, u32>> {
    stream::iter(browsers)
        .map(|mut browser| async move { guess(&mut browser, email).await })
        .buffer_unordered(8)
        .try_fold(BTreeMap::new(), async |mut answers, status| {
            *answers.entry(status).or_default() += 1;
            anyhow::Ok(answers)
        })
        .await
}

/// Strangers everywhere, each at a place of their own, until nobody is let in who is not known.
async fn crowd(service: &Service, email: &str) -> anyhow::Result<()> {
    let browsers = (0..ACCOUNT.free + 10).map(|n| service.browser().at(format!("203.0.113.{n}")));
    let answers = guesses(browsers, email).await?;
    assert_eq!(answers, [(403, ACCOUNT.free), (429, 10)].into());
    Ok(())
}

#[tokio::test]
async fn guessing_in_parallel_gains_nothing() -> anyhow::Result<()> {
    let service = service().await?;
    let answers = guesses((0..12).map(|_| service.browser()), ADA).await?;
    assert_eq!(answers, [(403, 5), (429, 7)].into());
    Ok(())
}

#[tokio::test]
async fn guesses_that_wait_for_their_turn_hold_nothing_that_others_need() -> anyhow::Result<()> {
    let options = Options {
        deadline: Some("9s"),
        ..Options::default()
    };
    let service = Service::start_with(options).await?;
    service.user(BEN, "Ben").await?;
    guess(&mut service.browser().at(AWAY), ADA).await?;

    // As if it took for ever to count a guess.
    let mut elsewhere = PgConnection::connect(service.database.url().as_str()).await?;
    let mut locked = elsewhere.begin().await?;
    sqlx::query("select from throttles where target like 'account%' and origin = '' for update")
        .execute(&mut *locked)
        .await?;
    let guesses = (0..64).map(|n| service.browser().at(format!("203.0.113.{n}")));
    let mut answers = stream::iter(guesses)
        .map(|mut browser| async move { guess(&mut browser, ADA).await })
        .buffer_unordered(64);
    for _ in 0..32 {
        assert_eq!(answers.try_next().await?, Some(429));
    }
    assert_eq!(right(&mut service.browser().at(AWAY), BEN).await?, 303);
    locked.rollback().await?;

    let (mut tried, mut refused) = (0, 0);
    while let Some(status) = answers.try_next().await? {
        *(if status == 429 {
            &mut refused
        } else {
            &mut tried
        }) += 1;
    }
    assert_eq!((tried, refused), (ACCOUNT.free - 1, 3), "who was in line");
    Ok(())
}

#[tokio::test]
async fn guessing_from_many_addresses_gains_little() -> anyhow::Result<()> {
    let service = service().await?;
    crowd(&service, ADA).await?;
    // Nobody learns by it that there is such an account.
    crowd(&service, "nobody@example.com").await
}

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
async fn a_stranger_at_one_place_keeps_the_owner_out_nowhere_else() -> anyhow::Result<()> {
    let service = service().await?;
    let mut stranger = service.browser().at("203.0.113.1");
    for _ in 0..60 {
        let answer = stranger.sign_in("/sign-in", ADA, "a guess").await?;
        service.clock.advance(wait(&answer)?);
        assert_eq!(
            right(&mut service.browser().at(AWAY), ADA).await?,
            303,
            "on a device that is not known"
        );
    }
    Ok(())
}

fn wait(answer: &Answer) -> anyhow::Result<SignedDuration> {
    Ok(match answer.headers.get("retry-after") {
        Some(seconds) => SignedDuration::from_secs(seconds.to_str()?.parse()?),
        None => SignedDuration::ZERO,
    })
}

#[tokio::test]
async fn having_signed_in_forgives_oneself_and_no_stranger() -> anyhow::Result<()> {
    let service = service().await?;
    let mut stranger = service.browser().at("203.0.113.1");
    for _ in 0..5 {
        assert_eq!(guess(&mut stranger, ADA).await?, 403);
    }
    assert_eq!(right(&mut service.browser().at(AWAY), ADA).await?, 303);
    assert_eq!(guess(&mut stranger, ADA).await?, 429);
    Ok(())
}

#[tokio::test]
async fn who_signs_in_behind_a_busy_address_keeps_nobody_waiting() -> anyhow::Result<()> {
    let service = service().await?;
    let mut stranger = service.browser().at(HOME);
    for guessed in 0..ADDRESS.free {
        let email = format!("user{guessed}@example.com");
        assert_eq!(guess(&mut stranger, &email).await?, 403);
    }
    for seconds in [1, 2, 4] {
        service.clock.advance(SignedDuration::from_secs(seconds));
        let email = format!("user{seconds}@example.org");
        assert_eq!(guess(&mut stranger, &email).await?, 403);
    }
    // Whoever comes from there waits for eight seconds now. Once they are over, one after the other is let in.
    assert_eq!(right(&mut service.browser().at(HOME), ADA).await?, 429);
    service.clock.advance(SignedDuration::from_secs(8));
    for email in [ADA, BEN, ADA] {
        let mut browser = service.browser().at(HOME);
        assert_eq!(right(&mut browser, email).await?, 303, "{email}");
    }
    // And whoever guesses is where they were.
    assert_eq!(guess(&mut stranger, "nobody@example.com").await?, 403);
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

#[tokio::test]
async fn asking_for_mail_is_limited_and_never_keeps_anybody_from_signing_in() -> anyhow::Result<()>
{
    let service = service().await?;
    let mut stranger = service.browser().at(HOME);
    for ask in 0..=MAIL_FROM_ADDRESS.free {
        let asked = forgot(&mut stranger, ADA).await?;
        assert_eq!(
            asked,
            if ask < MAIL_FROM_ADDRESS.free {
                200
            } else {
                429
            }
        );
    }
    assert_eq!(right(&mut service.browser().at(HOME), ADA).await?, 303);
    // The last of the links that were sent works, and who has chosen a password may forget it again at once.
    let link = service.newest_link(ADA).await?;
    service.set_password(&link, PASSWORD).await?;
    let before = service.mail_to(ADA).await?.len();
    assert_eq!(forgot(&mut service.browser().at(AWAY), ADA).await?, 200);
    assert_eq!(service.mail_to(ADA).await?.len(), before + 1);
    Ok(())
}

#[tokio::test]
async fn guessing_keeps_nobody_from_asking_for_mail() -> anyhow::Result<()> {
    let service = service().await?;
    let mut stranger = service.browser().at(HOME);
    for guessed in 0..=ADDRESS.free {
        guess(&mut stranger, &format!("user{guessed}@example.com")).await?;
    }
    assert_eq!(right(&mut stranger, ADA).await?, 429);
    assert_eq!(forgot(&mut stranger, ADA).await?, 200);
    assert_eq!(service.mail_to(ADA).await?.len(), 2, "the welcome and this");
    Ok(())
}

async fn forgot(browser: &mut Browser, email: &str) -> anyhow::Result<u16> {
    let csrf = browser.get("/forgot-password").await?.hidden("csrf")?;
    let fields = [("csrf", csrf.as_str()), ("email", email)];
    let answer = browser.post("/forgot-password", &fields).await?;
    Ok(answer.status.as_u16())
}

#[tokio::test]
async fn one_address_cannot_try_one_password_on_everybody() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let mut browser = service.browser();
    let page = browser.get("/sign-in").await?;
    let csrf = page.hidden("csrf")?;
    let mut statuses = Vec::new();
    for guess in 0..51 {
        let email = format!("user{guess}@example.com");
        let fields = [
            ("csrf", csrf.as_str()),
            ("email", &email),
            ("password", "Summer2026!!"),
        ];
        statuses.push(browser.post("/sign-in", &fields).await?.status.as_u16());
    }
    assert_eq!((statuses[49], statuses[50]), (403, 429));
    Ok(())
}
