//! The way to the page on a problem.

use leptos::prelude::*;

/// A link to it, in a tab of its own: what did not happen here stays to be read. Nothing where there is no page.
#[component]
pub fn Meaning(
    /// Its address.
    page: Option<String>,
) -> impl IntoView {
    page.map(|page| {
        view! {
            <a class="meaning" href=page rel="external" target="_blank">
                "What this means"
                <span class="hidden">" (opens another tab)"</span>
            </a>
        }
    })
}
