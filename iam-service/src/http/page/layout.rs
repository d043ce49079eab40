//! What every page has.

use look::Frame;
use maud::{Markup, html};

use crate::http::style;

/// A page.
pub(in crate::http) fn layout(title: &str, content: &Markup) -> Markup {
    let frame = Frame {
        stylesheet: style::path(),
        home: None,
        foot: Some("Managed security for commercial buildings"),
    };
    look::page(title, frame, content)
}

/// Where a demonstration's mail is to be read.
pub(in crate::http) fn way_to_mailbox() -> Markup {
    html! {
        p class="hint" { "A demonstration sends no mail: what it would have sent is in its " a href="/demo/mailbox" { "mailbox" } "." }
    }
}

/// What went wrong, read out at once.
pub(in crate::http) fn notice(text: &str) -> Markup {
    html! { p class="notice" role="alert" id="notice" { (text) } }
}
