//! The choice of the strategy that decides one operation.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::relative_time::RelativeTime;
use crate::browser::{clock, fetch};
use crate::live::Live;
use crate::model::in_force::{InForce, not_chosen};
use crate::model::strategy::meaning;
use crate::model::trouble::Trouble;

/// A choice, and what is being done about it.
#[derive(Clone, Copy)]
struct Choosing {
    now: RwSignal<InForce>,
    picked: RwSignal<String>,
    pending: RwSignal<bool>,
    failure: RwSignal<Option<String>>,
}

impl Choosing {
    fn of(in_force: InForce) -> Self {
        Self {
            picked: RwSignal::new(in_force.strategy.clone()),
            now: RwSignal::new(in_force),
            pending: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Has a strategy decide, or the configured one.
    fn change(self, live: Live, to: Option<String>) {
        self.pending.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let seen = self.now.get_untracked();
            let outcome = fetch::choose(&seen, to.as_deref()).await;
            if outcome.as_ref().is_err_and(Trouble::is_signed_out) {
                return live.nobody();
            }
            let after = match outcome {
                Ok(after) => Some(after),
                Err(trouble) => {
                    self.failure.try_set(Some(not_chosen(&trouble)));
                    look(&seen.operation).await
                }
            };
            if let Some(after) = after {
                self.picked.try_set(after.strategy.clone());
                self.now.try_set(after);
            }
            self.pending.try_set(false);
        });
    }
}

/// What is in force, since when and by whom; another one to choose; and back to the configured one.
#[component]
pub fn StrategyChoice(
    /// What is in force.
    in_force: InForce,
    /// The strategies that there are.
    names: Vec<String>,
) -> impl IntoView {
    let id = in_force.operation.clone();
    let (title_id, select_id, meaning_id) = (
        format!("strategy-of-{id}"),
        format!("choice-for-{id}"),
        format!("meaning-for-{id}"),
    );
    let (title, configured) = (in_force.title(), in_force.configured.clone());
    let choosing = Choosing::of(in_force);
    let Choosing {
        now,
        picked,
        failure,
        ..
    } = choosing;
    let options = names.into_iter().map(|name| {
        let selected = name == picked.get_untracked();
        view! { <option value=name.clone() selected=selected>{name.clone()}</option> }
    });
    view! {
        <section class="panel choice" aria-labelledby=title_id.clone()>
            <h2 id=title_id.clone()>{title}</h2>
            <div>
                <p role="status">{move || now.with(InForce::standing)}</p>
                <p class="entry-when">
                    {move || {
                        let at = now.with(|now| now.changed.as_ref().map(|changed| changed.at));
                        at.map(|at| view! { <RelativeTime at /> {format!(" · {}", clock::date_and_time(at))} })
                    }}
                </p>
            </div>
            <div>
                <label for=select_id.clone()>"Decided by"</label>
                <select
                    id=select_id.clone()
                    class="field"
                    aria-describedby=meaning_id.clone()
                    prop:value=picked
                    on:change=move |event| picked.set(event_target_value(&event))
                >
                    {options.collect_view()}
                </select>
                <p class="entry-when" id=meaning_id.clone()>{move || picked.with(|name| meaning(name))}</p>
            </div>
            <Buttons choosing of=title_id.clone() configured />
            <div role="alert">
                {move || failure.get().map(|why| view! { <p class="not-chosen"><strong>"NOT CHOSEN. "</strong>{why}</p> })}
            </div>
        </section>
    }
}

#[component]
fn Buttons(
    choosing: Choosing,
    /// What names the operation.
    of: String,
    configured: String,
) -> impl IntoView {
    let live = Live::here();
    let Choosing {
        now,
        picked,
        pending,
        ..
    } = choosing;
    let is_news =
        Memo::new(move |_| !pending.get() && picked.get() != now.with(|now| now.strategy.clone()));
    let is_chosen = Memo::new(move |_| !pending.get() && now.with(|now| now.chosen.is_some()));
    let choose = move |_| {
        if is_news.get_untracked() {
            choosing.change(live, Some(picked.get_untracked()));
        }
    };
    let reset = move |_| {
        if is_chosen.get_untracked() {
            choosing.change(live, None);
        }
    };
    view! {
        <div class="choice-buttons">
            <button
                type="button"
                class="button"
                aria-disabled=move || (!is_news.get()).then_some("true")
                aria-describedby=of.clone()
                on:click=choose
            >
                {move || if pending.get() { "Choosing…" } else { "Choose" }}
            </button>
            <button
                type="button"
                class="button quiet"
                aria-disabled=move || (!is_chosen.get()).then_some("true")
                aria-describedby=of.clone()
                on:click=reset
            >
                "As configured: "{configured}
            </button>
        </div>
    }
}

/// What is in force for an operation, after something went wrong.
async fn look(operation: &str) -> Option<InForce> {
    let all = fetch::strategies().await.ok()?.operations;
    all.into_iter().find(|found| found.operation == operation)
}
