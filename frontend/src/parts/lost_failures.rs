//! Failures on systems that this person no longer sees, so that they have no other place.

use leptos::prelude::*;

use super::failure_notice::FailureNotice;
use crate::live::Live;
use crate::model::system::SystemId;

/// Each with the name of its place; nothing while there is none.
#[component]
pub fn LostFailures() -> impl IntoView {
    let live = Live::here();
    let lost = Memo::new(move |_| {
        live.attempts.with(|attempts| {
            live.systems.with(|systems| {
                let failures = attempts.failures();
                failures
                    .filter(|(id, _)| systems.get(id).is_none())
                    .map(|(id, place)| (id.clone(), place.to_owned()))
                    .collect::<Vec<(SystemId, String)>>()
            })
        })
    });
    view! {
        <For each=move || lost.get() key=|(id, _)| id.clone() let:failure>
            <section class="card lost">
                <h2>{failure.1}</h2>
                <FailureNotice id=failure.0 />
            </section>
        </For>
    }
}
