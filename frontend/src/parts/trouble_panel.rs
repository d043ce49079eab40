//! A page, or a part of one, that could not be read.

use leptos::prelude::*;

use super::icon::RefusalIcon;
use super::meaning::Meaning;
use crate::model::trouble::Trouble;

/// The longest wait between two tries: [`Link::unread`](crate::model::link::Link::unread).
const AGAIN: &str = "It is tried again by itself, every 15 seconds at least.";

/// What could not be read, why, what that means, and a way to try again.
#[component]
pub fn TroublePanel(
    /// What did not happen.
    headline: &'static str,
    /// Why.
    trouble: Trouble,
    /// Tries again.
    retry: impl Fn() + 'static,
    /// Whether it is tried again without being asked for.
    #[prop(optional)]
    by_itself: bool,
) -> impl IntoView {
    let page = trouble.page();
    view! {
        <div class="panel trouble" role="alert">
            <RefusalIcon />
            <div>
                <p>
                    <strong>{headline}</strong>
                </p>
                <p>{move || trouble.in_words()}" "<Meaning page /></p>
                {by_itself.then(|| view! { <p>{AGAIN}</p> })}
                <button type="button" class="button quiet" on:click=move |_| retry()>
                    "Try again"
                </button>
            </div>
        </div>
    }
}
