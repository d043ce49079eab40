//! The systems that this person may view.

use leptos::either::EitherOf4;
use leptos::prelude::*;

use crate::live::{Live, Reading};
use crate::model::trouble::Trouble;
use crate::parts::load_more::LoadMore;
use crate::parts::no_systems::NoSystems;
use crate::parts::page_heading::PageHeading;
use crate::parts::system_card::SystemCard;
use crate::parts::trouble_panel::TroublePanel;

#[derive(Clone, PartialEq)]
enum Content {
    Loading,
    Failed(Trouble),
    Empty,
    Systems,
}

/// All of them, live.
#[component]
pub fn SystemsPage() -> impl IntoView {
    let live = Live::here();
    let content = Memo::new(move |_| {
        live.systems
            .with(|systems| match (systems.is_read(), live.reading.get()) {
                (true, _) if systems.is_empty() => Content::Empty,
                (true, _) => Content::Systems,
                (false, Reading::Failed(trouble)) => Content::Failed(trouble),
                (false, _) => Content::Loading,
            })
    });
    view! {
        <div class="page">
            <PageHeading title=Signal::stored("Systems".to_owned()) />
            {move || match content.get() {
                Content::Loading => EitherOf4::A(view! { <Loading /> }),
                Content::Failed(trouble) => {
                    let retry = move || live.read_list();
                    EitherOf4::B(view! { <TroublePanel headline="The systems could not be read." trouble retry by_itself=true /> })
                }
                Content::Empty => EitherOf4::C(view! { <NoSystems /> }),
                Content::Systems => EitherOf4::D(view! { <Cards /> }),
            }}
        </div>
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! {
        <p class="hidden" role="status">"Reading the systems…"</p>
        <div class="cards" aria-hidden="true">
            <div class="card ghost"></div>
            <div class="card ghost"></div>
            <div class="card ghost"></div>
        </div>
    }
}

#[component]
fn Cards() -> impl IntoView {
    let live = Live::here();
    let listed = move || {
        live.systems
            .with(|systems| systems.listed().cloned().collect::<Vec<_>>())
    };
    let has_more = Memo::new(move |_| live.systems.with(|systems| systems.next_page().is_some()));
    let late = Memo::new(move |_| {
        live.systems
            .with(|systems| systems.late().unwrap_or_default())
    });
    view! {
        <p class="late" role="status">{late}</p>
        <ul class="cards">
            <For each=listed key=|system| system.id.clone() let:system>
                <SystemCard system />
            </For>
        </ul>
        <Show when=move || has_more.get()>
            <LoadMore load=move || live.read_more() />
        </Show>
    }
}
