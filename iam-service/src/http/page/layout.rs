//! What every page has.

use maud::{Markup, html};

use crate::http::style;

/// A page.
pub(in crate::http) fn layout(title: &str, content: &Markup) -> Markup {
    let foot = "Managed security for commercial buildings";
    look::page(title, style::path(), content, Some(foot))
}

/// What went wrong, read out at once.
pub(in crate::http) fn notice(text: &str) -> Markup {
    html! { p class="notice" role="alert" id="notice" { (text) } }
}
