//! What the whole program shares: the systems, kept up to date, and what is being done to them.
//!
//! ```text
//! browser                         BFF
//!    │── GET /bff/events ─────────▶│   subscribe first …
//!    │◀──────────────── opened ────│
//!    │── GET /api/securitysystems ▶│   … read then: what changes in between is told
//!    │◀──────────────── the list ──│   now it is live
//!    │◀──── system, removed, list ─│
//!    ✕  broken: stale; wait, subscribe, read again
//! ```
//!
//! It ends with the session: whoever hears 401 says so to [`Live::nobody`].

mod act;
mod follow;
mod presence;
mod read;

use leptos::prelude::*;

use crate::browser::stream::Stream;
use crate::model::attempts::Attempts;
use crate::model::link::Link;
use crate::model::moment::Moment;
use crate::model::session::Session;
use crate::model::system::{System, SystemId};
use crate::model::systems::Systems;
use crate::model::trouble::Trouble;
use crate::model::turnstile::Turnstile;

/// How reading the list stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// It is being read, or about to be.
    #[default]
    Underway,
    /// It was read.
    Done,
    /// It could not be read.
    Failed(Trouble),
}

/// The shared state; cheap to copy.
#[derive(Clone, Copy)]
pub struct Live {
    /// Who is signed in, if anybody.
    pub session: RwSignal<Session>,
    /// All systems known.
    pub systems: RwSignal<Systems>,
    /// What is being done to them.
    pub attempts: RwSignal<Attempts>,
    /// Is this up to date?
    pub link: RwSignal<Link>,
    /// How the newest reading of the list ended.
    pub reading: RwSignal<Reading>,
    /// The time, once a second.
    pub now: RwSignal<Moment>,
    wire: StoredValue<Wire, LocalStorage>,
}

/// The stream, and what is due to happen to it.
#[derive(Default)]
struct Wire {
    stream: Option<Stream>,
    retry: Option<TimeoutHandle>,
    reading: Turnstile,
    /// The list will be read again, because something on it was undecided.
    asking_again: bool,
}

impl Live {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        Self {
            session: RwSignal::default(),
            systems: RwSignal::default(),
            attempts: RwSignal::default(),
            link: RwSignal::default(),
            reading: RwSignal::default(),
            now: RwSignal::new(now),
            wire: StoredValue::new_local(Wire::default()),
        }
    }

    /// The shared state, from anywhere below the application.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// A system, followed from here on; after it is gone, as it was last.
    #[must_use]
    pub fn follow(self, system: System) -> Memo<System> {
        let id = system.id.clone();
        Memo::new(move |last: Option<&System>| {
            let now = self.systems.with(|systems| systems.get(&id).cloned());
            now.or_else(|| last.cloned())
                .unwrap_or_else(|| system.clone())
        })
    }

    /// A system, if it is known.
    #[must_use]
    pub fn system(self, id: SystemId) -> Memo<Option<System>> {
        Memo::new(move |_| self.systems.with(|systems| systems.get(&id).cloned()))
    }

    /// Something new is known about systems; too late, if the person is gone.
    fn saw(self, change: impl FnOnce(&mut Systems)) {
        if !self.is_worth_following() {
            return;
        }
        self.systems.update(change);
        self.review();
        if self.systems.with_untracked(Systems::are_undecided) {
            self.ask_again();
        }
    }

    /// Ends the attempts of which it is known by now what became of them.
    fn review(self) {
        let me = self
            .session
            .with_untracked(|session| session.user().map(|user| user.user_id.clone()));
        self.attempts.update(|attempts| {
            self.systems.with_untracked(|systems| {
                for (system, as_of) in systems.known_as_of() {
                    attempts.seen(system, as_of, me.as_deref());
                }
            });
        });
    }
}
