//! Line drawings that say without words what words say beside them.

use leptos::prelude::*;

use crate::model::system::State;

/// A closed lock, an open lock, or a bell.
#[component]
pub fn StateIcon(
    /// The state to draw.
    #[prop(into)]
    state: Signal<State>,
) -> impl IntoView {
    let lines = move || match state.get() {
        State::Armed => "M5 11h14v10H5z M8 11V7.5a4 4 0 0 1 8 0V11 M12 15v2.5",
        State::Disarmed => "M5 11h14v10H5z M8 11V7.5a4 4 0 0 1 7.6-1.7 M12 15v2.5",
        State::Alarmed => {
            "M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15z M10.5 21.5h3 M12 5V3 M3.5 8.5 2 7.5 M20.5 8.5 22 7.5 M2.5 13H1 M21.5 13H23"
        }
    };
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=lines />
        </svg>
    }
}

/// A tick: somebody took note of it.
#[component]
pub fn NotedIcon() -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M4.5 12.5 10 18 20 6.5" />
        </svg>
    }
}

/// A sign with a cross-bar: something did not happen.
#[component]
pub fn RefusalIcon() -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M12 3a9 9 0 1 0 .01 0z M6.5 12h11" />
        </svg>
    }
}

/// A question mark: it is neither yes nor no.
#[component]
pub fn UndecidedIcon() -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M12 3a9 9 0 1 0 .01 0z M9.3 9.6a2.7 2.7 0 1 1 4.2 2.2c-1 .7-1.5 1.2-1.5 2.2 M12 17v.01" />
        </svg>
    }
}

/// An eye: so it looks from here, which is no promise.
#[component]
pub fn OutlookIcon() -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M2.5 12c5-8 14-8 19 0c-5 8-14 8-19 0z M12 9a3 3 0 1 0 .01 0z" />
        </svg>
    }
}

/// An arrow to where the reader came from.
#[component]
pub fn BackIcon() -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M20 12H5 M11 6l-6 6 6 6" />
        </svg>
    }
}
