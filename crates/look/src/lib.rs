//! RealGuardIO's look: the colours, sizes and fonts that all pages have, whoever serves them.
//!
//! Three parts draw pages: the user interface in the browser; iam-service, whose sign-in page must work without
//! script and without anybody else; and every service, whose pages on problems are read where it is. None knows
//! the others. So that a person does not see where one ends and the next begins, all take their palette from here:
//! xtask puts it beside the user interface's other style sheets, plain pages have it before their own.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The palette as a style sheet, custom properties of `:root` for light and for dark; and the colours of the mark.
pub const TOKENS: &str = include_str!("../tokens.css");

/// What pages without script have besides, as a style sheet: the ground, a card on it, the brand.
pub const PLAIN: &str = include_str!("../plain.css");

/// The mark, as SVG within HTML: a shield that holds a switch's I and O.
pub const MARK: &str = r#"<svg class="brand-mark" viewBox="0 0 32 36" aria-hidden="true" focusable="false"><path class="brand-shield" d="M16 1 30 5.5V17c0 9-6 15-14 18C8 32 2 26 2 17V5.5z"/><path class="brand-sign" d="M16 8.5v9 M11.2 12.3a8 8 0 1 0 9.6 0"/></svg>"#;

/// A page without script, under a style sheet of [`TOKENS`], [`PLAIN`] and its own rules: a card with the brand and the
/// content, and below it the foot.
#[must_use]
pub fn page(title: &str, stylesheet: &str, content: &Markup, foot: Option<&str>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · RealGuardIO" }
                link rel="stylesheet" href=(stylesheet);
                link rel="icon" href="data:,";
            }
            body {
                main class="card" {
                    p class="brand" { (PreEscaped(MARK)) span { "RealGuard" b { "IO" } } }
                    (content)
                }
                @if let Some(foot) = foot {
                    footer class="foot" { (foot) }
                }
            }
        }
    }
}
