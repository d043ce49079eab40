//! What happened to a system, the newest first.

use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::history_entry::HistoryEntry;
use super::load_more::LoadMore;
use super::trouble_panel::TroublePanel;
use crate::browser::fetch;
use crate::live::Live;
use crate::model::history::Entry;
use crate::model::page::Page;
use crate::model::system::{System, SystemId};
use crate::model::trouble::Trouble;

#[derive(Clone, PartialEq)]
enum History {
    Underway,
    Failed(Trouble),
    Read(Page<Entry>),
}

/// Read again whenever the system changes.
#[component]
pub fn HistoryList(
    /// The system whose history is told.
    system: Memo<System>,
) -> impl IntoView {
    let live = Live::here();
    let history = RwSignal::new(History::Underway);
    let id = StoredValue::new(system.with_untracked(|system| system.id.clone()));
    let version = Memo::new(move |_| system.with(|system| system.version));
    Effect::new(move |_| {
        // To track a memo that nobody reads would be to wait for a value that nobody computes.
        version.get();
        read(live, id.get_value(), history);
    });
    view! {
        <section class="history" aria-labelledby="history-title">
            <h2 id="history-title">"History"</h2>
            {move || match history.get() {
                History::Underway => EitherOf3::A(view! { <p class="panel" role="status">"Reading the history…"</p> }),
                History::Failed(trouble) => {
                    let retry = move || read(live, id.get_value(), history);
                    EitherOf3::B(view! { <TroublePanel headline="The history could not be read." trouble retry /> })
                }
                History::Read(page) => {
                    let whole = page.clone();
                    let load = move || read_more(id.get_value(), whole.clone(), history);
                    let more = page.next_page.is_some().then(|| view! { <LoadMore load /> });
                    EitherOf3::C(view! { <Entries entries=page.items /> {more} })
                }
            }}
        </section>
    }
}

#[component]
fn Entries(entries: Vec<Entry>) -> impl IntoView {
    if entries.is_empty() {
        return Either::Left(view! {
            <p class="panel">"Nothing has happened yet. What is done to the system from now on will stand here."</p>
        });
    }
    let entries = entries
        .into_iter()
        .map(|entry| view! { <HistoryEntry entry /> });
    Either::Right(view! { <ol class="entries">{entries.collect_view()}</ol> })
}

fn read(live: Live, id: SystemId, history: RwSignal<History>) {
    spawn_local(async move {
        let outcome = match fetch::history(&id, None).await {
            Ok(page) => History::Read(page),
            Err(trouble) if trouble.is_signed_out() => return live.nobody(),
            Err(trouble) => History::Failed(trouble),
        };
        // What was read before is better than a failure to read it again; and the page may be gone by now.
        let before = history.try_get_untracked();
        if !matches!(
            (&outcome, before),
            (History::Failed(_), Some(History::Read(_)) | None)
        ) {
            history.try_set(outcome);
        }
    });
}

async fn read_more(
    id: SystemId,
    mut page: Page<Entry>,
    history: RwSignal<History>,
) -> Result<(), Trouble> {
    let more = fetch::history(&id, page.next_page.as_deref()).await?;
    page.items.extend(more.items);
    page.next_page = more.next_page;
    history.try_set(History::Read(page));
    Ok(())
}
