//! A page, or a part of one, that could not be read.

use leptos::prelude::*;

use super::icon::RefusalIcon;
use super::meaning::Meaning;
use crate::model::trouble::Trouble;

/// What could not be read, why, what that means, and a way to try again.
#[component]
pub fn TroublePanel(
    /// What did not happen.
    headline: &'static str,
    /// Why.
    trouble: Trouble,
    /// Tries again.
    retry: impl Fn() + 'static,
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
                <button type="button" class="button quiet" on:click=move |_| retry()>
                    "Try again"
                </button>
            </div>
        </div>
    }
}
