//! A real Chromium, driven as a person would: by what is on the page.
//!
//! Nothing here sleeps or polls. [`Browser::until`] hands the page a condition and gets the answer
//! when a mutation of the document makes it true; it does not survive the page. [`Browser::has`] does: it asks
//! each page anew that the browser comes to.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use testkit::{
    port,
    scratch::Scratch,
    supervise::{Process, Program, find},
};
use thirtyfour::{
    By, ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver, WebElement, WindowHandle,
};
use url::Url;

/// How long a page may take to show what is awaited, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Resolves when a condition holds, without polling: looked at once, and after every mutation.
const UNTIL: &str = r"
    const [condition, done] = arguments;
    const holds = new Function('return (' + condition + ')');
    const look = () => { try { if (holds()) { observer.disconnect(); done(true); return true; } } catch (_) {} return false; };
    const observer = new MutationObserver(look);
    if (!look()) observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
";

/// A browser with cookies of its own, which its tabs share.
pub(crate) struct Browser {
    driver: WebDriver,
    process: Process,
    /// Its own files, which it does not remove by itself.
    _scratch: Scratch,
}

/// One of its tabs.
#[derive(Clone)]
pub(crate) struct Tab(WindowHandle);

/// How a page is to be looked at.
#[derive(Clone, Copy)]
struct Look {
    width: u32,
    dark: bool,
}

/// On a phone and at a desk, by day and by night.
const LOOKS: [Look; 4] = [
    Look {
        width: 360,
        dark: false,
    },
    Look {
        width: 360,
        dark: true,
    },
    Look {
        width: 1280,
        dark: true,
    },
    Look {
        width: 1280,
        dark: false,
    },
];

impl Browser {
    /// A new browser, with nothing remembered.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let chromedriver = find("chromedriver")
            .context("chromedriver is not in PATH (Debian: chromium-driver)")?;
        let port = port::free()?;
        let scratch = Scratch::new("browser")?;
        let (process, _) = Program::new(chromedriver)
            .arg(format!("--port={port}"))
            .env("TMPDIR", scratch.path())
            .start_until(|line| line.contains("started successfully"), PATIENCE)
            .await?;
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
        ] {
            capabilities.add_arg(argument)?;
        }
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await?;
        driver.set_script_timeout(PATIENCE).await?;
        driver.set_implicit_wait_timeout(PATIENCE).await?;
        Ok(Self {
            driver,
            process,
            _scratch: scratch,
        })
    }

    /// The tab that everything else here is about.
    pub(crate) async fn tab(&self) -> anyhow::Result<Tab> {
        Ok(Tab(self.driver.window().await?))
    }

    /// Opens another tab; everything else here is about the old one still.
    pub(crate) async fn another_tab(&self) -> anyhow::Result<Tab> {
        Ok(Tab(self.driver.new_tab().await?))
    }

    /// From now on everything else here is about this tab.
    pub(crate) async fn turn_to(&self, tab: &Tab) -> anyhow::Result<()> {
        Ok(self.driver.switch_to_window(tab.0.clone()).await?)
    }

    /// Goes to an address and waits until the document is there.
    pub(crate) async fn open(&self, url: &Url) -> anyhow::Result<()> {
        Ok(self.driver.goto(url.as_str()).await?)
    }

    /// Goes back, as by the browser's button.
    pub(crate) async fn back(&self) -> anyhow::Result<()> {
        Ok(self.driver.back().await?)
    }

    /// Waits until a JavaScript condition holds.
    pub(crate) async fn until(&self, condition: &str) -> anyhow::Result<()> {
        let answer = self
            .driver
            .execute_async(UNTIL, vec![json!(condition)])
            .await;
        match answer {
            Ok(_) => Ok(()),
            Err(error) => {
                let text = self.text().await.unwrap_or_default();
                Err(error).with_context(|| format!("never true: {condition}\non the page: {text}"))
            }
        }
    }

    /// Waits until the page shows this text.
    pub(crate) async fn shows(&self, text: &str) -> anyhow::Result<()> {
        self.until(&format!(
            "document.body.innerText.includes({})",
            json!(text)
        ))
        .await
    }

    /// Waits until something matches a CSS selector, on this page or one that it leads to.
    pub(crate) async fn has(&self, selector: &str) -> anyhow::Result<WebElement> {
        Ok(self.driver.find(By::Css(selector)).await?)
    }

    /// Clicks what matches a CSS selector, as soon as it is there and enabled.
    pub(crate) async fn click(&self, selector: &str) -> anyhow::Result<()> {
        let enabled = format!(
            "document.querySelector({})?.matches(':enabled:not([aria-disabled=true]), a[href]')",
            json!(selector)
        );
        let element = self.has(selector).await?;
        self.until(&enabled).await?;
        Ok(element.click().await?)
    }

    /// Types into a field.
    pub(crate) async fn fill(&self, selector: &str, text: &str) -> anyhow::Result<()> {
        let field = self.has(selector).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// What a person reads on the page.
    pub(crate) async fn text(&self) -> anyhow::Result<String> {
        Ok(self.driver.find(By::Tag("body")).await?.text().await?)
    }

    /// What a script in the page answers.
    pub(crate) async fn evaluate(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.driver.execute(script, vec![]).await?.json().clone())
    }

    /// No violation in any look; and pictures of them, where `REALGUARDIO_PICTURES` names a directory.
    pub(crate) async fn is_in_order(&self, name: &str) -> anyhow::Result<()> {
        let pictures = std::env::var_os("REALGUARDIO_PICTURES").map(PathBuf::from);
        for look in LOOKS {
            self.look(look).await?;
            self.is_accessible()
                .await
                .with_context(|| format!("{name}, {} px wide, dark: {}", look.width, look.dark))?;
            if let Some(directory) = &pictures {
                let colours = if look.dark { "dark" } else { "light" };
                self.picture(&directory.join(format!("{name}-{}-{colours}.png", look.width)))
                    .await?;
            }
        }
        Ok(())
    }

    /// Sets the size of the window and the preferred colours.
    async fn look(&self, look: Look) -> anyhow::Result<()> {
        let cdp = self.driver.cdp();
        let size = json!({
            "width": look.width,
            "height": 900,
            "deviceScaleFactor": 1,
            // A phone's scroll bars take no room.
            "mobile": look.width < 600,
        });
        cdp.send_raw("Emulation.setDeviceMetricsOverride", size)
            .await?;
        let scheme = if look.dark { "dark" } else { "light" };
        // Without motion, or what is looked at would be on its way from one colour to the other.
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        cdp.send_raw("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// Writes a picture of the page.
    async fn picture(&self, file: &Path) -> anyhow::Result<()> {
        Ok(self.driver.screenshot(file).await?)
    }

    /// Runs axe-core on the page and expects no violation; nor may anything be wider than the page.
    async fn is_accessible(&self) -> anyhow::Result<()> {
        let file = std::env::var("REALGUARDIO_AXE")
            .context("REALGUARDIO_AXE must name axe.min.js; `cargo xtask test` sets it")?;
        let axe = std::fs::read_to_string(file)?;
        self.driver.execute(axe, vec![]).await?;
        let run = "const done = arguments[0]; axe.run().then(result => done(result.violations))";
        let violations = self.driver.execute_async(run, vec![]).await?.json().clone();
        ensure!(violations == json!([]), "axe-core objects: {violations:#}");
        let root = "document.documentElement";
        let wide = format!("return {root}.scrollWidth > {root}.clientWidth");
        ensure!(
            self.evaluate(&wide).await? == json!(false),
            "the page scrolls sideways"
        );
        Ok(())
    }

    /// Closes the browser.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.driver.quit().await?;
        self.process.kill().await;
        Ok(())
    }
}
