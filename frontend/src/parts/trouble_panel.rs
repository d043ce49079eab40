//! A page, or a part of one, that could not be read.

use leptos::prelude::*;

use super::icon::RefusalIcon;

/// What could not be read, why, and a way to try again.
#[component]
pub fn TroublePanel(
    /// What did not happen.
    headline: &'static str,
    /// Why.
    #[prop(into)]
    because: String,
    /// Tries again.
    retry: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <div class="panel trouble" role="alert">
            <RefusalIcon />
            <div>
                <p>
                    <strong>{headline}</strong>
                </p>
                <p>{because}</p>
                <button type="button" class="button quiet" on:click=move |_| retry()>
                    "Try again"
                </button>
            </div>
        </div>
    }
}
