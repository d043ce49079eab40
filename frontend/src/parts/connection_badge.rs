//! Is what the page shows up to date?
//!
//! *Live* promises that whatever changes, a state or what one may do, appears by itself, within seconds. It is said
//! only while every service that could tell of a change is heard: when one is silent, for whatever reason, the BFF
//! says so, and the page is stale. It does not promise that an action will succeed: that is decided when it is tried.

use leptos::prelude::*;

use crate::browser::clock;
use crate::live::Live;
use crate::model::link::{Connection, Link};

/// Live, or stale and since when; always the same size.
#[component]
pub fn ConnectionBadge() -> impl IntoView {
    let live = Live::here();
    let connection = Memo::new(move |_| live.link.with(Link::connection));
    let down = Memo::new(move |_| live.link.with(Link::is_down));
    let word = move || match connection.get() {
        Connection::Connecting => "Connecting",
        Connection::Live => "Live",
        Connection::Stale if down.get() => "Stale, reconnecting",
        Connection::Stale => "Stale, a service is silent",
    };
    let kind = move || match connection.get() {
        Connection::Connecting => "badge connecting",
        Connection::Live => "badge live",
        Connection::Stale => "badge stale",
    };
    let meaning = move || match connection.get() {
        Connection::Connecting => "waiting for the first answer",
        Connection::Live => "every change appears by itself",
        Connection::Stale => "changes may be missing",
    };
    let updated = Memo::new(move |_| live.link.with(Link::updated).map(clock::time_of_day));
    // Only who hears of every change may say that there was none since.
    let as_of = move || match connection.get() {
        Connection::Connecting | Connection::Live => "Last updated ",
        Connection::Stale => "As of ",
    };
    view! {
        <div class="connection">
            <p class=kind role="status" title=meaning>
                <span class="badge-dot" aria-hidden="true"></span>
                {word}
                <span class="hidden">": "{meaning}</span>
            </p>
            <p class="updated">
                {as_of}
                <span class="figures">{move || updated.get().unwrap_or_else(|| "never".to_owned())}</span>
            </p>
        </div>
    }
}
