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

/// The mark as a picture of its own, in SVG: what browsers show in a tab.
pub const ICON: &str = include_str!("../icon.svg");

/// What stands around the content of a page.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The address of a style sheet of [`TOKENS`], [`PLAIN`] and the page's own rules.
    pub stylesheet: &'a str,
    /// Where the brand leads, where there is an application behind the page.
    pub home: Option<&'a str>,
    /// What stands below the card.
    pub foot: Option<&'a str>,
}

/// A page without script: a card with the brand and the content, and below it the foot.
#[must_use]
pub fn page(title: &str, frame: Frame<'_>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · RealGuardIO" }
                link rel="stylesheet" href=(frame.stylesheet);
                link rel="icon" href=(icon());
            }
            body {
                main class="card" {
                    (brand(frame.home))
                    (content)
                }
                @if let Some(foot) = frame.foot {
                    footer class="foot" { (foot) }
                }
            }
        }
    }
}

fn brand(home: Option<&str>) -> Markup {
    let content = html! { (PreEscaped(MARK)) span { "RealGuard" b { "IO" } } };
    html! {
        @match home {
            Some(home) => a class="brand" href=(home) { (content) },
            None => p class="brand" { (content) },
        }
    }
}

/// The icon within its own address, so that a page has it where nobody serves files.
fn icon() -> String {
    format!("data:image/svg+xml,{}", ICON.trim_end().replace('#', "%23"))
}
