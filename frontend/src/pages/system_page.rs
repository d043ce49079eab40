//! One system: its state, what can be done to it, and what happened to it.

use leptos::either::EitherOf4;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;

use crate::live::Live;
use crate::model::system::{System, SystemId};
use crate::model::trouble::Trouble;
use crate::parts::action_buttons::ActionButtons;
use crate::parts::change_line::ChangeLine;
use crate::parts::explanation_panel::ExplanationPanel;
use crate::parts::failure_notice::FailureNotice;
use crate::parts::history_list::HistoryList;
use crate::parts::icon::BackIcon;
use crate::parts::page_heading::PageHeading;
use crate::parts::state_plate::StatePlate;
use crate::parts::trouble_panel::TroublePanel;

#[derive(Clone, PartialEq)]
enum Content {
    Loading,
    Failed(Trouble),
    Absent,
    Present,
}

/// The page of the system that the address names.
#[component]
pub fn SystemPage() -> impl IntoView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| SystemId(params.with(|params| params.get("id").unwrap_or_default())));
    // A page of its own for every system, also when going from one to the next.
    move || view! { <OneSystem id=id.get() /> }
}

#[component]
fn OneSystem(id: SystemId) -> impl IntoView {
    let live = Live::here();
    let system = live.system(id.clone());
    let outcome = RwSignal::new(Content::Loading);
    let content = Memo::new(move |_| {
        if system.with(Option::is_some) {
            Content::Present
        } else {
            outcome.get()
        }
    });
    let title = Signal::derive(move || match (system.get(), content.get()) {
        (Some(system), _) => system.location.name,
        (None, Content::Absent) => "No such system".to_owned(),
        (None, _) => "System".to_owned(),
    });
    live.systems
        .update(|systems| systems.open(Some(id.clone())));
    on_cleanup(move || {
        live.systems.try_update(|systems| systems.open(None));
    });
    read(live, id.clone(), outcome);
    view! {
        <div class="page narrow">
            <nav aria-label="Back">
                <a class="back" href="/">
                    <BackIcon />
                    "All systems"
                </a>
            </nav>
            <div>
                <PageHeading title />
                <p class="whose">{move || system.with(|system| system.as_ref().map(|system| system.customer.name.clone()))}</p>
            </div>
            {move || match content.get() {
                Content::Loading => EitherOf4::A(view! { <Loading /> }),
                Content::Failed(trouble) => {
                    let id = id.clone();
                    let retry = move || read(live, id.clone(), outcome);
                    EitherOf4::B(view! { <TroublePanel headline="The system could not be read." trouble retry /> })
                }
                Content::Absent => EitherOf4::C(view! { <Absent /> }),
                Content::Present => EitherOf4::D(system.get_untracked().map(|system| view! { <Present system /> })),
            }}
        </div>
    }
}

fn read(live: Live, id: SystemId, outcome: RwSignal<Content>) {
    spawn_local(async move {
        let content = match live.read_system(&id).await {
            // Also what is gone later shows as absent, not as loading.
            Ok(_) => Content::Absent,
            Err(trouble) if trouble.is_signed_out() => return live.nobody(),
            Err(trouble) => Content::Failed(trouble),
        };
        outcome.try_set(content);
    });
}

#[component]
fn Loading() -> impl IntoView {
    view! {
        <p class="hidden" role="status">"Reading the system…"</p>
        <div class="card ghost" aria-hidden="true"></div>
    }
}

#[component]
fn Absent() -> impl IntoView {
    view! {
        <div class="panel empty">
            <p>"It does not exist, or you may not see it any more. If you should, ask an employee administrator of your organization for a role at its location."</p>
            <p><a href="/">"Go to the systems that you may see"</a></p>
        </div>
    }
}

#[component]
fn Present(system: System) -> impl IntoView {
    let id = system.id.clone();
    let system = Live::here().follow(system);
    view! {
        <section class="card hero" aria-label="State">
            <StatePlate system />
            <ChangeLine system />
            <ActionButtons system />
            <FailureNotice id />
        </section>
        <ExplanationPanel system />
        <HistoryList system />
    }
}
