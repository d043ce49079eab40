//! What did not happen, and why.

use leptos::prelude::*;

use super::icon::RefusalIcon;
use super::relative_time::RelativeTime;
use crate::live::Live;
use crate::model::failure::Failure;
use crate::model::system::SystemId;

/// NOT DISARMED because …; nothing while nothing failed.
#[component]
pub fn FailureNotice(
    /// The system on which something was tried.
    id: SystemId,
) -> impl IntoView {
    let live = Live::here();
    let failed = id.clone();
    let failure = Memo::new(move |_| {
        live.attempts
            .with(|attempts| attempts.failure(&failed).cloned())
    });
    let dismiss = move |_| live.attempts.update(|attempts| attempts.dismiss(&id));
    view! {
        <div class="outcome">
        <div class="failure" role="alert">
            {move || failure.get().map(|failure| view! { <Words failure /> })}
        </div>
        <Show when=move || failure.with(Option::is_some)>
            <div class="failure-foot">
                {move || {
                    let overtaken_by = failure.get().and_then(|failure| failure.overtaken_by);
                    overtaken_by.map(|change| view! { <p>"Changed "<RelativeTime at=change.at /></p> })
                }}
                <button type="button" class="button quiet" on:click=dismiss.clone()>
                    "Dismiss"
                </button>
            </div>
        </Show>
        </div>
    }
}

#[component]
fn Words(failure: Failure) -> impl IntoView {
    view! {
        <RefusalIcon />
        <p>
            <strong>{failure.headline}</strong>
            " because "
            {failure.because}
            {failure.advice.map(|advice| view! { " " <span class="advice">{advice}</span> })}
        </p>
    }
}
