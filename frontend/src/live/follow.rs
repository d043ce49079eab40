//! Following the stream, and coming back to it.

use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::logging::console_error;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Live;
use crate::browser::clock;
use crate::browser::stream::{Signal, Stream};
use crate::model::event::Event;
use crate::model::link::{Connection, Link};

impl Live {
    /// Finds out who is signed in, and begins to follow what they may see.
    pub fn start(self) {
        spawn_local(async move {
            self.recognize().await;
            // Where nobody is signed in, there is nothing to ask for.
            self.subscribe();
        });
        set_interval(move || self.tick(), Duration::from_secs(1));
        window_event_listener(ev::offline, move |_| self.link.update(Link::cut_off));
        // Another network: the stream of the old one is dead, though nobody may have told.
        window_event_listener(ev::online, move |_| self.subscribe());
        // A phone that was asleep may have lost the stream without having been told.
        window_event_listener(ev::focus, move |_| self.hurry());
    }

    fn tick(self) {
        let now = clock::now();
        self.now.set(now);
        if self.link.with_untracked(|link| link.is_silent(now)) {
            // The connection stands, and nobody is there: the browser would wait for ever.
            self.wire.update_value(|wire| wire.stream = None);
            self.link.update(Link::cut_off);
            self.broken();
        }
    }

    pub(super) fn subscribe(self) {
        if !self.is_worth_following() {
            return;
        }
        let stream = Stream::open(move |signal| self.hear(signal));
        let opened = stream.is_some();
        // The old stream is dropped only here, never from within its own listener.
        self.wire.update_value(|wire| {
            if let Some(retry) = wire.retry.take() {
                retry.clear();
            }
            wire.stream = stream;
        });
        if !opened {
            self.broken();
        }
    }

    fn hear(self, signal: Signal) {
        match signal {
            Signal::Opened => {
                let again = self.link.with_untracked(Link::has_stood);
                self.link.update(|link| link.opened(clock::now()));
                self.read_list();
                if again && self.knows_somebody() {
                    // Between two streams somebody else may have signed in, in another tab.
                    spawn_local(self.recognize());
                }
            }
            Signal::Heard(Ok(event)) => self.handle(event),
            Signal::Heard(Err(broken)) => {
                // An event that cannot be read is a hint that something changed: look.
                console_error(&broken);
                self.read_list();
            }
            Signal::Broken => self.broken(),
        }
    }

    fn handle(self, event: Event) {
        // Nothing that is shown changes by that.
        self.link
            .try_update_untracked(|link| link.beat(clock::now()));
        if let Event::System(_) | Event::Removed(_) = event {
            self.link.update(|link| link.heard(clock::now()));
        }
        match event {
            Event::System(system) => self.saw(|systems| systems.told(*system)),
            Event::Removed(id) => self.systems.update(|systems| systems.remove(&id)),
            Event::List => self.read_list(),
            Event::Stale => self.link.update(Link::behind),
            Event::Fresh => self.link.update(|link| link.fresh(clock::now())),
            Event::Beat => {}
        }
    }

    /// Comes back at once where the stream has merely reached its end, and after a while where it fails.
    fn broken(self) {
        if !self.is_worth_following() {
            return;
        }
        let now = clock::now();
        let wait = self
            .link
            .try_update(|link| link.broken(now, clock::jitter()))
            .unwrap_or_default();
        if self.is_stale() {
            // What is shown should be as new as it can be, and who is signed out should know it.
            self.read_list();
        }
        if !self.knows_somebody() {
            spawn_local(self.recognize());
        }
        self.expect_back();
        let wait = Duration::from_millis(wait.into());
        let retry = set_timeout_with_handle(move || self.subscribe(), wait).ok();
        let earlier = self
            .wire
            .try_update_value(|wire| std::mem::replace(&mut wire.retry, retry));
        if let Some(earlier) = earlier.flatten() {
            earlier.clear();
        }
    }

    /// There is reason to believe that trying again now will work.
    fn hurry(self) {
        let waiting = self
            .wire
            .try_with_value(|wire| wire.retry.is_some())
            .unwrap_or(false);
        if waiting {
            self.subscribe();
        } else if self.is_stale() {
            self.read_list();
        }
    }

    fn knows_somebody(self) -> bool {
        self.session
            .with_untracked(|session| session.user().is_some())
    }

    pub(super) fn is_stale(self) -> bool {
        self.link
            .with_untracked(|link| link.connection() == Connection::Stale)
    }
}
