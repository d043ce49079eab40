//! Which strategy decides what: for administrators of a demonstration.

use leptos::either::EitherOf4;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::fetch;
use crate::live::Live;
use crate::model::in_force::Strategies;
use crate::model::trouble::Trouble;
use crate::parts::page_heading::PageHeading;
use crate::parts::strategy_choice::StrategyChoice;
use crate::parts::trouble_panel::TroublePanel;

#[derive(Clone, PartialEq)]
enum Content {
    Loading,
    Failed(Trouble),
    Absent,
    Present(Strategies),
}

/// One card for each operation.
#[component]
pub fn StrategiesPage() -> impl IntoView {
    let live = Live::here();
    let content = RwSignal::new(Content::Loading);
    read(live, content);
    view! {
        <div class="page">
            <div>
                <PageHeading title=Signal::stored("Strategies".to_owned()) />
                <p class="whose">"Who decides what people may do to a system, and where the facts come from. A choice counts for everybody within a second, and history says by which each action was allowed."</p>
            </div>
            {move || match content.get() {
                Content::Loading => EitherOf4::A(view! { <p class="panel" role="status">"Reading the strategies…"</p> }),
                Content::Failed(trouble) => {
                    let retry = move || read(live, content);
                    EitherOf4::B(view! { <TroublePanel headline="The strategies could not be read." trouble retry /> })
                }
                Content::Absent => EitherOf4::C(view! { <Absent /> }),
                Content::Present(strategies) => EitherOf4::D(view! { <Choices strategies /> }),
            }}
        </div>
    }
}

fn read(live: Live, content: RwSignal<Content>) {
    spawn_local(async move {
        let read = match fetch::strategies().await {
            Ok(strategies) => Content::Present(strategies),
            Err(trouble) if trouble.is_signed_out() => return live.nobody(),
            Err(trouble) if matches!(trouble.status(), Some(403 | 404)) => Content::Absent,
            Err(trouble) => Content::Failed(trouble),
        };
        content.try_set(read);
    });
}

#[component]
fn Absent() -> impl IntoView {
    view! {
        <div class="panel empty">
            <p>"Strategies are chosen in a demonstration, by administrators of RealGuardIO. Elsewhere they are configured."</p>
            <p><a href="/">"Go to the systems that you may see"</a></p>
        </div>
    }
}

#[component]
fn Choices(strategies: Strategies) -> impl IntoView {
    let Strategies {
        strategies,
        operations,
    } = strategies;
    let choices = operations
        .into_iter()
        .map(|in_force| view! { <StrategyChoice in_force names=strategies.clone() /> });
    view! { <div class="choices">{choices.collect_view()}</div> }
}
