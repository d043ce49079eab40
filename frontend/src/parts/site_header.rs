//! The head of every page: where this is, who is signed in, and the way out.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

use super::brand::Brand;
use crate::live::Live;
use crate::model::user::User;

/// Where strategies are chosen.
const STRATEGIES: &str = "/strategies";

/// The mark, what administrators do, the person, and signing out.
#[component]
pub fn SiteHeader() -> impl IntoView {
    let live = Live::here();
    let name = Memo::new(move |_| {
        live.session
            .with(|session| session.user().map(|me| me.name.clone()))
    });
    let demo = Memo::new(move |_| {
        live.session
            .with(|session| session.user().is_some_and(|me| me.demo))
    });
    let chooses = Memo::new(move |_| {
        live.session
            .with(|session| session.user().is_some_and(User::chooses_strategies))
    });
    let path = use_location().pathname;
    let is_here = move || path.with(|path| path == STRATEGIES).then_some("page");
    let failed = RwSignal::new(None::<String>);
    let sign_out = move |_| {
        failed.set(None);
        spawn_local(async move {
            if let Err(trouble) = live.sign_out().await {
                failed.try_set(Some(trouble.in_words()));
            }
        });
    };
    view! {
        <header class="head">
            <div class="head-row">
                <Brand />
                <Show when=move || chooses.get()>
                    <nav aria-label="Administration">
                        <a class="head-link" href=STRATEGIES aria-current=is_here>
                            "Strategies"
                        </a>
                    </nav>
                </Show>
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
