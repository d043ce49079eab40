//! The pages of iam-service at a real screen: what people meet before they have a session, and when something is wrong.

use serde_json::json;
use stories::house::{House, PASSWORD};

use crate::browser::Browser;

const EMAIL: &str = "viewer@blue-harbor.example";

#[tokio::test]
async fn the_doors_are_in_order() -> anyhow::Result<()> {
    let house = House::start().await?;
    let browser = Browser::start().await?;
    let iam = &house.addresses.iam;

    browser.open(&iam.join("/sign-in")?).await?;
    let first = browser
        .evaluate("return document.querySelector('.demo li b').textContent")
        .await?;
    assert_eq!(first, json!("disarmer@blue-harbor.example"));
    browser.is_in_order("sign-in").await?;

    browser.fill("#email", EMAIL).await?;
    browser.fill("#password", "not this one").await?;
    browser.click(".entry button").await?;
    browser.has("#notice").await?;
    browser.is_in_order("sign-in-refused").await?;

    browser
        .open(&iam.join("/oauth2/authorize?client_id=nobody")?)
        .await?;
    browser.shows("This sign-in link is wrong").await?;
    browser.is_in_order("sign-in-error").await?;

    browser
        .open(&iam.join("/oauth2/end-session?post_logout_redirect_uri=https://elsewhere.example/")?)
        .await?;
    browser.shows("This sign-in link is wrong").await?;
    browser.close().await
}

#[tokio::test]
async fn the_way_back_in_is_in_order() -> anyhow::Result<()> {
    let house = House::start().await?;
    let browser = Browser::start().await?;
    let iam = &house.addresses.iam;

    browser.open(&iam.join("/demo/mailbox")?).await?;
    browser.is_in_order("mailbox").await?;

    browser.open(&iam.join("/forgot-password")?).await?;
    browser.is_in_order("forgotten-password").await?;
    browser.fill("#email", EMAIL).await?;
    browser.click("button").await?;
    browser.has("main:not(:has(form))").await?;
    browser.is_in_order("forgotten-password-sent").await?;

    browser.click("a[href='/demo/mailbox']").await?;
    browser.click("article a").await?;
    browser.has("input[autocomplete=new-password]").await?;
    browser.is_in_order("set-password").await?;
    browser.fill("#password", PASSWORD).await?;
    browser.click("button").await?;
    browser.has("main:not(:has(form)) a.button").await?;
    browser.is_in_order("set-password-done").await?;

    browser.open(&iam.join("/demo/mailbox")?).await?;
    browser.has("article.used").await?;
    browser.is_in_order("mailbox-used").await?;

    browser
        .open(&iam.join("/one-time-links/used-long-ago")?)
        .await?;
    browser.shows("This link does not work any more").await?;
    browser.is_in_order("dead-link").await?;

    // Signed in here, but by whom sent to sign out? The person is asked.
    browser.open(&iam.join("/sign-in")?).await?;
    browser.fill("#email", EMAIL).await?;
    browser.fill("#password", PASSWORD).await?;
    browser.click(".entry button").await?;
    browser.has("body:not(:has(#password))").await?;
    browser.open(&iam.join("/oauth2/end-session")?).await?;
    browser.has("form[action='/sign-out']").await?;
    browser.is_in_order("sign-out").await?;
    browser.close().await
}
