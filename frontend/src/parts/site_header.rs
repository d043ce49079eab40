//! The head of every page: where this is, who is signed in, and the way out.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::brand::Brand;
use crate::browser::{fetch, place};
use crate::live::Live;

/// The mark, the person, and signing out.
#[component]
pub fn SiteHeader() -> impl IntoView {
    let live = Live::here();
    let name = Memo::new(move |_| {
        live.me
            .with(|me| me.as_ref().map(|me| me.name.clone()).unwrap_or_default())
    });
    let demo = Memo::new(move |_| live.me.with(|me| me.as_ref().is_some_and(|me| me.demo)));
    let failed = RwSignal::new(None::<String>);
    let sign_out = move |_| {
        spawn_local(async move {
            match fetch::sign_out().await {
                Ok(address) => place::go(&address),
                Err(trouble) if trouble.is_signed_out() => place::sign_in(),
                Err(trouble) => failed.set(Some(trouble.in_words())),
            }
        });
    };
    view! {
        <header class="head">
            <div class="head-row">
                <Brand />
                <p class="account">
                    <Show when=move || demo.get()>
                        <span class="demo">"Demo"</span>
                    </Show>
                    <span class="hidden">"Signed in as "</span>
                    {name}
                </p>
                <button type="button" class="button quiet" on:click=sign_out>
                    "Sign out"
                </button>
            </div>
            <div class="head-failure" role="alert">
                {move || failed.get().map(|why| view! { <p><strong>"NOT SIGNED OUT. "</strong>{why}</p> })}
            </div>
        </header>
    }
}
