//! What can be done to a system: one tap to guard it, a confirmation to stop.
//!
//! A button that cannot be used is not hidden and keeps its place. The reasons stand below the buttons, as wide as both.

use leptos::prelude::*;

use super::disarm_dialog::Question;
use super::meaning::Meaning;
use crate::live::Live;
use crate::model::reason;
use crate::model::system::{Action, State, System};

/// The two directions a system can be taken in.
#[component]
pub fn ActionButtons(
    /// The system to act on.
    system: Memo<System>,
) -> impl IntoView {
    // Of an alarmed system guarding goes on by acknowledging, of a disarmed one it begins by arming.
    let towards_guarded = Memo::new(move |_| match system.with(|system| system.state) {
        State::Alarmed => Action::Acknowledge,
        State::Armed | State::Disarmed => Action::Arm,
    });
    let towards_open = Memo::new(|_| Action::Disarm);
    view! {
        <div class="actions">
            <ActionButton system action=towards_guarded />
            <ActionButton system action=towards_open after=towards_guarded />
        </div>
    }
}

#[component]
fn ActionButton(
    system: Memo<System>,
    action: Memo<Action>,
    /// Whose reason stands above; the same is not said twice.
    #[prop(optional)]
    after: Option<Memo<Action>>,
) -> impl IntoView {
    let live = Live::here();
    let question = Question::here();
    let pending = Memo::new(move |_| {
        live.attempts
            .with(|attempts| system.with(|system| attempts.pending(&system.id)))
    });
    let offered = Memo::new(move |_| {
        pending.get().is_none() && system.with(|system| system.offers(action.get()))
    });
    let why_not = Memo::new(move |_| {
        system.with(|system| reason::why_not(system, action.get(), pending.get()))
    });
    let repeated = Memo::new(move |_| {
        let above = after.and_then(|after| {
            system.with(|system| reason::why_not(system, after.get(), pending.get()))
        });
        above.is_some() && above == why_not.get()
    });
    let page = Memo::new(move |_| {
        let idle = pending.get().is_none() && !repeated.get();
        let page = || system.with(|system| reason::page(system, action.get()));
        idle.then(page).flatten()
    });
    let label = move || match (pending.get(), action.get()) {
        (Some(tried), action) if tried == action => action.progressive(),
        (_, Action::Disarm) => "Disarm…",
        (_, action) => action.imperative(),
    };
    let kind = move || match action.get() {
        Action::Disarm => "button disarm",
        Action::Arm => "button arm",
        Action::Acknowledge => "button acknowledge",
    };
    let reason_id = move || {
        system.with(|system| format!("why-not-{}-{}", action.get().imperative(), system.id))
    };
    let press = move |_| {
        if !offered.get_untracked() {
            return;
        }
        match (action.get_untracked(), system.get_untracked()) {
            (Action::Disarm, system) => question.ask(system),
            (action, system) => live.act(system, action),
        }
    };
    view! {
        <div class="action">
            <button
                type="button"
                class=kind
                aria-disabled=move || (!offered.get()).then_some("true")
                aria-describedby=reason_id
                on:click=press
            >
                {label}
                <span class="hidden">" "{move || system.with(|system| system.location.name.clone())}</span>
            </button>
            <p class="why-not" class:hidden=repeated id=reason_id>
                {why_not}
                {move || page.get().map(|page| view! { " " <Meaning page=Some(page) /> })}
            </p>
        </div>
    }
}
