//! Strategies at a screen: an administrator chooses which one decides, and whoever looks at a system has it explained.

use reqwest::Method;
use serde_json::json;

use stories::house::House;

use super::{Screen, ui};

const ADMINISTRATOR: &str = "platform-admin@realguardio.example";

impl Screen<'_> {
    /// Picks one of a list, as by hand.
    async fn pick(&self, list: &str, value: &str) -> anyhow::Result<()> {
        self.browser.has(list).await?;
        let pick = format!(
            "const list = document.querySelector({}); list.value = {}; list.dispatchEvent(new Event('change', {{ bubbles: true }}))",
            json!(list),
            json!(value)
        );
        self.browser.evaluate(&pick).await?;
        Ok(())
    }

    /// Presses one of the buttons of an operation.
    async fn press_of(&self, operation: &str, nth: u8) -> anyhow::Result<()> {
        let button = format!(
            "section[aria-labelledby='strategy-of-{operation}'] .choice-buttons button:nth-child({nth})"
        );
        self.browser.click(&button).await
    }

    async fn choose(&self, operation: &str, strategy: &str) -> anyhow::Result<()> {
        self.pick(&format!("#choice-for-{operation}"), strategy)
            .await?;
        self.press_of(operation, 1).await
    }

    async fn open_system(&self, location: &str) -> anyhow::Result<()> {
        let system = &self.house.world.ids.systems[location];
        let page = self.house.origin.join(&format!("/systems/{system}"))?;
        self.browser.open(&page).await
    }
}

#[tokio::test]
async fn an_administrator_chooses_who_decides() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    let administrator = Screen::at(&house).await?;
    let browser = &administrator.browser;
    administrator.enter(ADMINISTRATOR).await?;
    browser.click("a[href='/strategies']").await?;
    browser.shows("fetch decides, as configured").await?;
    browser.is_in_order("strategies").await?;
    administrator.choose("disarm", "delegate").await?;
    browser
        .shows("delegate decides, chosen by Priya Nair")
        .await?;

    let disarmer = Screen::at(&house).await?;
    disarmer.sign_in("disarmer@blue-harbor.example").await?;
    disarmer.shows("Harbor Tower", "armed").await?;
    disarmer.disarm("Harbor Tower").await?;
    disarmer.shows("Harbor Tower", "disarmed").await?;
    disarmer.open_system("Harbor Tower").await?;
    disarmer.browser.shows("decided by delegate").await?;
    // Who does not choose is offered nothing, and told why.
    let link = "return document.querySelector(\"a[href='/strategies']\")";
    assert_eq!(disarmer.browser.evaluate(link).await?, json!(null));
    let page = house.origin.join("/strategies")?;
    disarmer.browser.open(&page).await?;
    disarmer
        .browser
        .shows("Strategies are chosen in a demonstration")
        .await?;
    disarmer.browser.is_in_order("no-strategies").await?;
    disarmer.close().await?;

    // Somebody else is faster.
    let other = house.caller(ADMINISTRATOR).await?;
    let at = house.addresses.security_system.join("/strategies/disarm")?;
    let choice = json!({ "strategy": "replicate" });
    other.send(Method::PUT, at, &[], Some(&choice)).await?;
    administrator.choose("disarm", "combine").await?;
    browser.shows("NOT CHOSEN").await?;
    browser
        .shows("replicate decides, chosen by Priya Nair")
        .await?;
    browser.is_in_order("strategies-not-chosen").await?;
    administrator.press_of("disarm", 2).await?;
    browser
        .shows("fetch decides, as configured, again by Priya Nair")
        .await?;
    let guard = house.caller("disarmer@blue-harbor.example").await?;
    let disarm = json!({ "action": "DISARM" });
    let done = guard
        .put(house.system("Harbor Tower")?, None, &disarm)
        .await?;
    assert_eq!(done.header("authorization-strategy"), Some("fetch"));
    administrator.close().await
}

#[tokio::test]
async fn whoever_looks_at_a_system_has_it_explained() -> anyhow::Result<()> {
    let house = House::with_ui(&ui()?).await?;
    let screen = Screen::at(&house).await?;
    let browser = &screen.browser;
    screen.sign_in("tower-guard@blue-harbor.example").await?;
    screen.open_system("Harbor Tower").await?;
    browser.click("button.explain").await?;
    browser.shows("You may disarm it.").await?;
    browser.shows("at the location Harbor Tower").await?;
    browser.shows("decided by fetch").await?;
    browser.is_in_order("explanation").await?;
    for strategy in ["replicate", "delegate", "delegate-local"] {
        screen.pick("#explained-by", strategy).await?;
        browser.shows(&format!("decided by {strategy} (")).await?;
        browser.shows("at the location Harbor Tower").await?;
    }
    // Side by side, and all the same.
    let agree = "[...document.querySelectorAll('.compared tbody tr')].filter(row => row.innerText.includes('the same')).length === 4";
    browser.until(agree).await?;
    browser.is_in_order("explanations-compared").await?;

    house.to_authz().cut();
    screen.pick("#explained-by", "delegate").await?;
    browser.shows("It could not be explained.").await?;
    house.to_authz().restore();
    browser.click(".panel.trouble button").await?;
    browser.shows("decided by delegate (").await?;
    screen.close().await?;

    let viewer = Screen::at(&house).await?;
    viewer.sign_in("viewer@blue-harbor.example").await?;
    viewer.open_system("Harbor Tower").await?;
    viewer.browser.click("button.explain").await?;
    viewer.browser.shows("You may not disarm it.").await?;
    viewer.browser.shows("the role DISARMER").await?;
    viewer.browser.is_in_order("explanation-of-a-no").await?;
    viewer.close().await
}
