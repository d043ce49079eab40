//! Guessing passwords: it stays slow, and keeps nobody out who has been here before.

use std::collections::BTreeMap;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use iam_service::domain::throttle::{ACCOUNT, ADDRESS, MAIL_FROM_ADDRESS};
use jiff::SignedDuration;
use sqlx::{Connection as _, PgConnection};

use crate::browser::{Answer, Browser};
use crate::service::{PASSWORD, Service};

pub(super) const ADA: &str = "ada@example.com";
pub(super) const BEN: &str = "ben@example.com";
/// Where Ada is, and where nobody guesses from.
pub(super) const HOME: &str = "198.51.100.1";
pub(super) const AWAY: &str = "198.51.100.2";

/// A service where Ada and Ben have signed in: a stranger has not.
pub(super) async fn service() -> anyhow::Result<Service> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    service.user(BEN, "Ben").await?;
    Ok(service)
}

/// A browser in which somebody has signed in and out.
pub(super) async fn known(service: &Service, email: &str) -> anyhow::Result<Browser> {
    let mut browser = service.browser().at(HOME);
    assert_eq!(right(&mut browser, email).await?, 303);
    browser.cookies.retain(|name, _| name.contains("-device"));
    assert!(browser.device().is_some(), "it is known again");
    Ok(browser)
}

pub(super) async fn right(browser: &mut Browser, email: &str) -> anyhow::Result<u16> {
    let answer = browser.sign_in("/sign-in", email, PASSWORD).await?;
    Ok(answer.status.as_u16())
}

pub(super) async fn guess(browser: &mut Browser, email: &str) -> anyhow::Result<u16> {
    let answer = browser
        .sign_in("/sign-in", email, "not the password")
        .await?;
    Ok(answer.status.as_u16())
}

/// A guess from each of these browsers, eight at once, counted by what was answered.
pub(super) async fn guesses(
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
pub(super) async fn crowd(service: &Service, email: &str) -> anyhow::Result<()> {
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
    let service = Service::start().await?;
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

pub(super) async fn forgot(browser: &mut Browser, email: &str) -> anyhow::Result<u16> {
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
