//! The way to the next page of a list.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::live::Live;
use crate::model::trouble::Trouble;

/// A button that loads, and says if that failed.
#[component]
pub fn LoadMore<Load, Loading>(
    /// Reads the next page and adds it to the list.
    load: Load,
) -> impl IntoView
where
    Load: Fn() -> Loading + 'static,
    Loading: Future<Output = Result<(), Trouble>> + 'static,
{
    let live = Live::here();
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let press = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let loading = load();
        spawn_local(async move {
            let trouble = loading.await.err();
            if trouble.as_ref().is_some_and(Trouble::is_signed_out) {
                live.nobody();
            }
            // After the last page there is no button any more.
            failed.try_set(trouble.map(|trouble| trouble.in_words()));
            busy.try_set(false);
        });
    };
    view! {
        <div class="more">
            <button
                type="button"
                class="button quiet"
                aria-disabled=move || busy.get().then_some("true")
                on:click=press
            >
                {move || if busy.get() { "Loading…" } else { "Load more" }}
            </button>
            <p role="alert">{failed}</p>
        </div>
    }
}
