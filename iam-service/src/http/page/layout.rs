//! The frame of every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::http::style;

/// A page.
pub(in crate::http) fn layout(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · RealGuardIO" }
                link rel="stylesheet" href=(style::path());
                link rel="icon" href="data:,";
            }
            body {
                main class="card" {
                    (brand())
                    (content)
                }
                footer class="foot" { "Managed security for commercial buildings" }
            }
        }
    }
}

/// The mark and the name.
fn brand() -> Markup {
    html! {
        p class="brand" {
            (PreEscaped(look::MARK))
            span { "RealGuard" b { "IO" } }
        }
    }
}

/// What went wrong, read out at once.
pub(in crate::http) fn notice(text: &str) -> Markup {
    html! { p class="notice" role="alert" id="notice" { (text) } }
}
