//! The demo's mailbox: the mail that would have been sent.

use anyhow::Context as _;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use crate::visitor::Visitor;

/// The newest one-time link that was sent to an address.
///
/// # Errors
///
/// When there is none, or iam-service does not run in demo mode.
pub async fn link(visitor: &mut Visitor, iam: &Url, email: &str) -> anyhow::Result<Url> {
    let page = visitor.page(iam.join("/demo/mailbox")?).await?;
    let href =
        newest(&page.body, email).with_context(|| format!("no mail with a link for {email}"))?;
    Ok(page.url.join(&href)?)
}

/// The first link, newest mail first, whose mail names the address.
fn newest(html: &str, email: &str) -> Option<String> {
    let links = Selector::parse(r#"a[href*="/one-time-links/"]"#).ok()?;
    let html = Html::parse_document(html);
    let link = html
        .select(&links)
        .find(|link| addressee(*link).is_some_and(|text| text.contains(email)))?;
    link.value().attr("href").map(str::to_owned)
}

/// The text of the mail that a link is in: the closest around it that holds an address.
fn addressee(link: ElementRef<'_>) -> Option<String> {
    link.ancestors()
        .filter_map(ElementRef::wrap)
        .map(|around| around.text().collect::<String>())
        .find(|text| text.contains('@'))
}
