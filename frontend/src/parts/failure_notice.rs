//! What did not happen, and why.

use leptos::prelude::*;

use super::icon::RefusalIcon;
use super::meaning::Meaning;
use super::relative_time::RelativeTime;
use crate::browser::clock;
use crate::live::Live;
use crate::model::failure::Failure;
use crate::model::system::SystemId;

/// NOT DISARMED because …; nothing while nothing failed. It says so in a lower voice once it could be tried again.
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
    let past = Memo::new(move |_| {
        failure.with(|failure| {
            failure
                .as_ref()
                .is_some_and(|failure| failure.past.is_some())
        })
    });
    let dismiss = move |_| live.attempts.update(|attempts| attempts.dismiss(&id));
    view! {
        <div class="outcome" class:past=past>
            <div class="failure" role="alert">
                {move || failure.get().map(|failure| view! { <Words failure /> })}
            </div>
            <Show when=move || failure.with(Option::is_some)>
                <div class="failure-foot">
                    {move || failure.get().map(|failure| view! { <Foot failure /> })}
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
    let when = failure
        .past
        // Not how long ago: that would be read out again each time it changes.
        .map(|tried| format!(" when you tried at {},", clock::time_of_day(tried)));
    view! {
        <RefusalIcon />
        <p>
            <strong>{failure.headline}</strong>
            {when}
            " because "
            {failure.because}
            {failure.advice.map(|advice| view! { " " <span class="advice">{advice}</span> })}
        </p>
    }
}

#[component]
fn Foot(failure: Failure) -> impl IntoView {
    let changed = failure
        .overtaken_by
        .map(|change| view! { <p>"Changed "<RelativeTime at=change.at /></p> });
    view! {
        {changed}
        <Meaning page=failure.page />
    }
}
