//! The confirmation before a building is left unguarded.

use leptos::html;
use leptos::prelude::*;

use super::change_line::ChangeLine;
use crate::live::Live;
use crate::model::system::{Action, System};

/// Which system is to be disarmed, while the person is being asked.
#[derive(Clone, Copy, Default)]
pub struct Question(RwSignal<Option<System>>);

impl Question {
    /// The one question of the application.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// Asks.
    pub fn ask(self, system: System) {
        self.0.set(Some(system));
    }

    fn close(self) {
        self.0.set(None);
    }
}

/// A native dialog: the browser keeps the focus inside, closes on Escape, and gives the focus back.
#[component]
pub fn DisarmDialog() -> impl IntoView {
    let question = Question::here();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let asked = question.0.with(Option::is_some);
        if let Some(dialog) = dialog.get() {
            match (asked, dialog.open()) {
                // It fails only for a dialog that is open already, or outside of the document.
                (true, false) => drop(dialog.show_modal()),
                (false, true) => dialog.close(),
                _ => {}
            }
        }
    });
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="disarm-title" on:close=move |_| question.close()>
            {move || question.0.get().map(|system| view! { <Ask system /> })}
        </dialog>
    }
}

#[component]
fn Ask(system: System) -> impl IntoView {
    let live = Live::here();
    let question = Question::here();
    let name = system.location.name.clone();
    let system = live.follow(system);
    let possible = Memo::new(move |_| system.with(|system| system.offers(Action::Disarm)));
    let confirm = move |_| {
        if possible.get_untracked() {
            question.close();
            live.act(system.get_untracked(), Action::Disarm);
        }
    };
    view! {
        <h2 id="disarm-title">"Disarm "{name}"?"</h2>
        <p>
            {move || {
                if possible.get() {
                    "Nobody will be told of a break-in until somebody arms it again."
                } else {
                    "It cannot be disarmed any more:"
                }
            }}
        </p>
        <ChangeLine system />
        <div class="dialog-buttons">
            <button type="button" class="button quiet" autofocus on:click=move |_| question.close()>
                "Leave it as it is"
            </button>
            <button
                type="button"
                class="button disarm"
                aria-disabled=move || (!possible.get()).then_some("true")
                on:click=confirm
            >
                "Disarm now"
            </button>
        </div>
    }
}
