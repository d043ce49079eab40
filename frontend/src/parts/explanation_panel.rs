//! Why this person may do something to a system, and why not.

use leptos::either::{EitherOf3, EitherOf4};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icon::{NotedIcon, OutlookIcon, RefusalIcon, UndecidedIcon};
use super::trouble_panel::TroublePanel;
use crate::browser::fetch;
use crate::live::Live;
use crate::model::explanation::{Explained, Explanation};
use crate::model::strategy;
use crate::model::system::{System, SystemId};
use crate::model::trouble::Trouble;

#[derive(Clone, PartialEq)]
enum Told {
    Underway,
    Failed(Trouble),
    Read(Explanation),
}

/// Opened when it is asked for, and asked again whenever the system changes or the reader chooses another strategy.
#[component]
pub fn ExplanationPanel(
    /// The system that it is about.
    system: Memo<System>,
) -> impl IntoView {
    let live = Live::here();
    let id = StoredValue::new(system.with_untracked(|system| system.id.clone()));
    let demo = live
        .session
        .with_untracked(|session| session.user().is_some_and(|me| me.demo));
    let open = RwSignal::new(false);
    // None in particular: the one in force for whoever looks.
    let by = RwSignal::new(String::new());
    let told = RwSignal::new(Told::Underway);
    let compared = RwSignal::new(Vec::new());
    let ask = move || read(live, id.get_value(), by, told, compared);
    // What others have said of another moment is no comparison.
    Effect::new(move |_| {
        system.track();
        compared.set(Vec::new());
    });
    Effect::new(move |_| {
        system.track();
        by.track();
        if open.get() {
            ask();
        }
    });
    view! {
        <section class="history" aria-label="Explanation">
            <button
                type="button"
                class="button quiet explain"
                aria-expanded=move || open.get().to_string()
                aria-controls="explanation"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                "Explain what you may do here"
            </button>
            <div id="explanation">
                <Show when=move || open.get()>
                    <div class="panel">
                        {demo.then(|| view! { <ChooseStrategy by /> })}
                        {move || match told.get() {
                            Told::Underway => EitherOf3::A(view! { <p role="status">"Asking…"</p> }),
                            Told::Failed(trouble) => {
                                EitherOf3::B(view! { <TroublePanel headline="It could not be explained." trouble retry=ask /> })
                            }
                            Told::Read(explanation) => EitherOf3::C(view! { <Answers explanation /> }),
                        }}
                        <Compared compared />
                    </div>
                </Show>
            </div>
        </section>
    }
}

fn read(
    live: Live,
    id: SystemId,
    by: RwSignal<String>,
    told: RwSignal<Told>,
    compared: RwSignal<Vec<Explanation>>,
) {
    let asked = by.get_untracked();
    spawn_local(async move {
        let named = Some(asked.as_str()).filter(|name| !name.is_empty());
        let outcome = match fetch::explanation(&id, named).await {
            Ok(explanation) => Told::Read(explanation),
            Err(trouble) if trouble.is_signed_out() => return live.nobody(),
            Err(trouble) => Told::Failed(trouble),
        };
        // The reader may have gone, or be waiting for another one's answer by now.
        if by.try_get_untracked().is_some_and(|by| by == asked) {
            if let Told::Read(explanation) = &outcome {
                compared.try_update(|compared| put(compared, explanation.clone()));
            }
            told.try_set(outcome);
        }
    });
}

#[component]
fn ChooseStrategy(by: RwSignal<String>) -> impl IntoView {
    let names = strategy::NAMES.map(|name| view! { <option value=name>{name}</option> });
    view! {
        <div>
            <label for="explained-by">"Explained by"</label>
            <select id="explained-by" class="field" on:change=move |event| by.set(event_target_value(&event))>
                <option value="">"the strategy that shows it"</option>
                {names.into_iter().collect_view()}
            </select>
            <p class="entry-when">{move || by.with(|name| strategy::meaning(name))}</p>
        </div>
    }
}

#[component]
fn Answers(explanation: Explanation) -> impl IntoView {
    let operations = explanation.operations.iter().map(|explained| {
        let is_promise = explanation.decides_attempts(explained).is_none();
        let answer = explanation.answer(explained);
        view! { <Answer explained=explained.clone() answer is_promise /> }
    });
    view! {
        <ul class="answers">{operations.collect_view()}</ul>
        <p class="figures entry-when">{explanation.provenance()}</p>
    }
}

#[component]
fn Answer(
    explained: Explained,
    /// In words.
    answer: String,
    /// Whether an attempt is decided by the same strategy.
    is_promise: bool,
) -> impl IntoView {
    let icon = if explained.is_undecided() {
        EitherOf4::A(view! { <UndecidedIcon /> })
    } else if !is_promise {
        EitherOf4::B(view! { <OutlookIcon /> })
    } else if explained.is_allowed() {
        EitherOf4::C(view! { <NotedIcon /> })
    } else {
        EitherOf4::D(view! { <RefusalIcon /> })
    };
    let because = explained.because().into_iter();
    let because = because.map(|why| view! { <li>{why}</li> });
    view! {
        <li class="answer">
            {icon}
            <div>
                <p class="entry-what">{answer}</p>
                <ul>{because.collect_view()}</ul>
            </div>
        </li>
    }
}

/// The newest comes last, and is the only one of its strategy.
fn put(compared: &mut Vec<Explanation>, explanation: Explanation) {
    compared.retain(|other| other.strategy != explanation.strategy);
    compared.push(explanation);
}

/// What several strategies have answered, side by side; nothing for one.
#[component]
fn Compared(compared: RwSignal<Vec<Explanation>>) -> impl IntoView {
    let row = |explanation: &Explanation, last: &Explanation| {
        let agrees = explanation.agrees_with(last);
        view! {
            <tr>
                <th scope="row">{explanation.strategy.clone()}</th>
                <td>{explanation.age()}</td>
                <td>{explanation.took()}</td>
                <td>{if agrees { "the same" } else { "others" }}</td>
            </tr>
        }
    };
    let rows = move || {
        compared.with(|compared| {
            let last = compared.last().filter(|_| compared.len() > 1)?;
            let rows = compared.iter().map(|explanation| row(explanation, last));
            Some(rows.collect_view())
        })
    };
    move || {
        rows().map(|rows| {
            view! {
                <table class="compared">
                    <caption>"Asked one after the other"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Explained by"</th>
                            <th scope="col">"Facts old"</th>
                            <th scope="col">"Took"</th>
                            <th scope="col">"Answers"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            }
        })
    }
}
