//! The main job at a real screen: sign in, see, disarm, see what others do, be refused with a reason, lose the
//! stream and get it back, sign out: here, everywhere in this browser, and to stay so.

mod strategies;

use std::path::PathBuf;

use anyhow::Context as _;
use demo_world::cast::PLATFORM_ADMINISTRATOR;
use serde_json::{Value, json};

use stories::house::{House, PASSWORD};

use crate::browser::Browser;

/// The built UI.
fn ui() -> anyhow::Result<PathBuf> {
    let dist = std::env::var_os("REALGUARDIO_UI")
        .context("REALGUARDIO_UI must name the built UI; `cargo xtask test` sets it")?;
    Ok(dist.into())
}

/// Somebody at a screen.
struct Screen<'a> {
    browser: Browser,
    house: &'a House,
}

impl<'a> Screen<'a> {
    /// A new browser, in this house.
    async fn at(house: &'a House) -> anyhow::Result<Self> {
        let browser = Browser::start().await?;
        Ok(Self { browser, house })
    }

    async fn sign_in(&self, email: &str) -> anyhow::Result<()> {
        self.enter(email).await?;
        self.browser.has("article.card").await?;
        Ok(())
    }

    /// Signs in, whatever there is to be seen then.
    async fn enter(&self, email: &str) -> anyhow::Result<()> {
        self.browser.open(&self.house.origin).await?;
        self.give_credentials(email).await
    }

    /// Fills in the sign-in page, once it is there.
    async fn give_credentials(&self, email: &str) -> anyhow::Result<()> {
        self.browser.fill("input[name=email]", email).await?;
        self.browser.fill("input[name=password]", PASSWORD).await?;
        self.browser
            .click("form:has(input[name=password]) button[type=submit]")
            .await
    }

    /// Waits until the system at a location shows this state.
    async fn shows(&self, location: &str, state: &str) -> anyhow::Result<()> {
        let condition = format!(
            "{}.querySelector('.plate').classList.contains({})",
            card(location),
            json!(state)
        );
        self.browser.until(&condition).await
    }

    /// Waits until the card of a location reads so.
    async fn reads(&self, location: &str, text: &str) -> anyhow::Result<()> {
        let condition = format!("{}.innerText.includes({})", card(location), json!(text));
        self.browser.until(&condition).await
    }

    async fn press(&self, location: &str, label: &str) -> anyhow::Result<()> {
        let press = format!(
            "[...{}.querySelectorAll('button')].find(button => button.innerText.startsWith({})).click()",
            card(location),
            json!(label)
        );
        self.browser.evaluate(&press).await?;
        Ok(())
    }

    async fn disarm(&self, location: &str) -> anyhow::Result<()> {
        self.press(location, "Disarm").await?;
        self.browser.click("dialog[open] button.disarm").await
    }

    async fn sign_out(&self) -> anyhow::Result<()> {
        self.browser.click(".head-row button").await
    }

    /// How many systems are on the page, by any sign of one.
    async fn systems(&self) -> anyhow::Result<Value> {
        self.browser
            .evaluate("return document.querySelectorAll('.plate, .card').length")
            .await
    }

    /// Closes the browser.
    async fn close(self) -> anyhow::Result<()> {
        self.browser.close().await
    }
}

/// The card of a location, in JavaScript.
fn card(location: &str) -> String {
    format!(
        "[...document.querySelectorAll('article.card')].find(card => card.querySelector('h2').innerText.trim() === {})",
        json!(location)
    )
}

#[tokio::test]
async fn a_disarmer_at_a_screen() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    let screen = Screen::at(&house).await?;
    let browser = &screen.browser;
    screen.sign_in("disarmer@blue-harbor.example").await?;
    screen.shows("Harbor Tower", "armed").await?;
    screen.shows("Harbor Annex", "disarmed").await?;
    assert!(
        !browser.text().await?.contains("Cedar Hill"),
        "another customer's system"
    );
    browser.is_in_order("systems").await?;

    screen.disarm("Harbor Tower").await?;
    screen.shows("Harbor Tower", "disarmed").await?;

    // Somebody else's change, at once, with who.
    let guard = house.caller("tower-guard@blue-harbor.example").await?;
    let tower = house.system("Harbor Tower")?;
    guard
        .put(tower.clone(), None, &json!({ "action": "ARM" }))
        .await?;
    screen.shows("Harbor Tower", "armed").await?;
    screen.reads("Harbor Tower", "Armed by Tomas Berg").await?;

    // The stream is cut, somebody changes something meanwhile, and the stream is back.
    house.to_bff().cut();
    browser.shows("Stale").await?;
    guard
        .put(tower, None, &json!({ "action": "DISARM" }))
        .await?;
    house.to_bff().restore();
    screen.shows("Harbor Tower", "disarmed").await?;
    browser.shows("Live").await?;
    screen
        .reads("Harbor Tower", "Disarmed by Tomas Berg")
        .await?;
    screen
        .reads("Harbor Annex", "Nothing has happened yet")
        .await?;

    // Why it was allowed.
    browser
        .open(&house.origin.join(&format!(
            "/systems/{}",
            house.world.ids.systems["Harbor Tower"]
        ))?)
        .await?;
    browser.shows("Dario Conti").await?;
    browser.shows("Allowed by").await?;
    browser.is_in_order("system").await?;

    // The history follows what others do.
    browser.shows("Live").await?;
    let entries = "document.querySelectorAll('ol.entries > li').length";
    let before = browser.evaluate(&format!("return {entries}")).await?;
    let arm = json!({ "action": "ARM" });
    guard.put(house.system("Harbor Tower")?, None, &arm).await?;
    browser.until(&format!("{entries} > {before}")).await?;

    screen.sign_out().await?;
    browser.has("input[name=password]").await?;
    screen.close().await
}

#[tokio::test]
async fn who_goes_back_and_chooses_another_account_has_that_one() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    let screen = Screen::at(&house).await?;
    let browser = &screen.browser;
    screen.sign_in("disarmer@blue-harbor.example").await?;
    browser.shows("Dario Conti").await?;
    browser.back().await?;
    screen
        .give_credentials("viewer@blue-harbor.example")
        .await?;
    browser.has("article.card").await?;
    browser.shows("Vera Lindqvist").await?;

    // Somebody else's answer of the provider, where nobody is signed in.
    let other = Screen::at(&house).await?;
    let foreign = house
        .origin
        .join("/bff/callback?state=another&code=of-theirs")?;
    other.browser.open(&foreign).await?;
    other.browser.shows("This sign-in is over").await?;
    other.browser.is_in_order("sign-in-over").await?;
    other.browser.click("main a[href='/bff/login']").await?;
    other.browser.has("input[name=password]").await?;
    other.close().await?;
    screen.close().await
}

#[tokio::test]
async fn a_stream_on_which_nobody_says_anything_is_not_called_live() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    let screen = Screen::at(&house).await?;
    screen.sign_in("disarmer@blue-harbor.example").await?;
    screen.browser.shows("Live").await?;
    house.to_bff().black_hole();
    screen.browser.shows("Stale, reconnecting").await?;
    screen.browser.shows("As of").await?;
    house.to_bff().restore();
    screen.browser.shows("Live").await?;
    screen.close().await
}

#[tokio::test]
async fn signing_out_in_one_tab_is_signing_out_in_all() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    let screen = Screen::at(&house).await?;
    let browser = &screen.browser;
    screen.sign_in("disarmer@blue-harbor.example").await?;
    let one = browser.tab().await?;
    let other = browser.another_tab().await?;
    browser.turn_to(&other).await?;
    browser.open(&house.origin).await?;
    screen.shows("Harbor Tower", "armed").await?;
    browser.shows("Live").await?;

    browser.turn_to(&one).await?;
    browser.shows("Live").await?;
    screen.sign_out().await?;
    // Elsewhere it is said; going to the sign-in page by itself could meet a provider that knows the person still.
    browser.turn_to(&other).await?;
    browser.shows("You are signed out").await?;
    assert_eq!(screen.systems().await?, json!(0));
    browser.is_in_order("signed-out").await?;

    browser.turn_to(&one).await?;
    browser.has("input[name=password]").await?;
    browser.turn_to(&other).await?;
    browser.shows("You are signed out").await?;
    let status = browser
        .evaluate("return fetch('/bff/user', { headers: { 'X-Requested-With': 'RealGuardIO' } }).then(answer => answer.status)")
        .await?;
    assert_eq!(status, json!(401), "and it is so");

    browser.click("a[href^='/bff/login']").await?;
    browser.has("input[name=password]").await?;
    screen.close().await
}

#[tokio::test]
async fn who_cannot_be_signed_out_is_told_and_follows_on() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    let screen = Screen::at(&house).await?;
    let browser = &screen.browser;
    screen.sign_in("disarmer@blue-harbor.example").await?;
    browser.shows("Live").await?;
    house.to_bff().cut();
    screen.sign_out().await?;
    browser.shows("NOT SIGNED OUT").await?;
    browser.shows("Stale").await?;
    house.to_bff().restore();
    browser.shows("Live").await?;
    let guard = house.caller("tower-guard@blue-harbor.example").await?;
    guard
        .put(
            house.system("Harbor Tower")?,
            None,
            &json!({ "action": "DISARM" }),
        )
        .await?;
    screen.shows("Harbor Tower", "disarmed").await?;
    screen.close().await
}

#[tokio::test]
async fn a_viewer_is_told_what_is_missing() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    let screen = Screen::at(&house).await?;
    screen.sign_in("viewer@blue-harbor.example").await?;
    screen.shows("Harbor Tower", "armed").await?;
    screen.reads("Harbor Tower", "DISARMER is needed").await?;
    screen.close().await
}

#[tokio::test]
async fn an_outage_says_what_did_not_happen() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    let screen = Screen::at(&house).await?;
    let browser = &screen.browser;
    screen.sign_in("disarmer@blue-harbor.example").await?;
    screen.shows("Harbor Tower", "armed").await?;
    house.to_customers().cut();
    screen.disarm("Harbor Tower").await?;
    screen.reads("Harbor Tower", "NOT DISARMED").await?;
    screen.shows("Harbor Tower", "armed").await?;
    browser
        .has("article.card .outcome:not(.past) a[href='/problems/undecided']")
        .await?;
    browser.is_in_order("undecided").await?;

    // Healed: why it was not done is of the past, that it was not done is not.
    house.to_customers().restore();
    screen.reads("Harbor Tower", "when you tried at").await?;
    screen.reads("Harbor Tower", "NOT DISARMED").await?;
    browser.is_in_order("undecided-past").await?;
    screen.disarm("Harbor Tower").await?;
    screen.shows("Harbor Tower", "disarmed").await?;
    browser
        .until("!document.querySelector('.failure-foot')")
        .await?;
    screen.close().await
}

#[tokio::test]
async fn who_sees_no_system_is_told_why() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    for (email, why) in [
        (
            "admin@blue-harbor.example",
            "You administer Blue Harbor Offices. That grants nothing on a system",
        ),
        (
            "admin@lantern.example",
            "No customer has appointed Lantern Alarms for a location yet.",
        ),
        ("technician@lantern.example", "You work for Lantern Alarms."),
        (PLATFORM_ADMINISTRATOR.email, "You work for no customer"),
    ] {
        let screen = Screen::at(&house).await?;
        let browser = &screen.browser;
        screen.enter(email).await?;
        browser.has(".panel.empty").await?;
        browser.shows(why).await?;
        browser.is_in_order("no-systems").await?;
        screen.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_technician_sees_whose_systems_they_are() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    let screen = Screen::at(&house).await?;
    screen.sign_in("technician@keystone.example").await?;
    screen.reads("Harbor Tower", "Blue Harbor Offices").await?;
    screen
        .reads("Cedar Hill Main", "Cedar Hill Clinics")
        .await?;
    screen.close().await
}
