//! The frame of every page.

use maud::{DOCTYPE, Markup, html};

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

/// The mark: a shield that holds a switch's I and O.
fn brand() -> Markup {
    html! {
        p class="brand" {
            svg class="brand-mark" viewBox="0 0 32 36" aria-hidden="true" focusable="false" {
                path class="brand-shield" d="M16 1 30 5.5V17c0 9-6 15-14 18C8 32 2 26 2 17V5.5z" {}
                path class="brand-sign" d="M16 8.5v9 M11.2 12.3a8 8 0 1 0 9.6 0" {}
            }
            span { "RealGuard" b { "IO" } }
        }
    }
}

/// What went wrong, read out at once.
pub(in crate::http) fn notice(text: &str) -> Markup {
    html! { p class="notice" role="alert" id="notice" { (text) } }
}
