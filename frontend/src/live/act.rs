//! Doing something to a system, and finding out what became of it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Live;
use crate::browser::{clock, fetch};
use crate::model::attempts::{AttemptId, carried_on};
use crate::model::failure::Failure;
use crate::model::system::{Action, System};
use crate::model::trouble::Trouble;

impl Live {
    /// Tries it, on the system as this person sees it.
    pub fn act(self, seen: System, action: Action) {
        let attempt = self
            .attempts
            .try_update(|attempts| attempts.begin(&seen, action))
            .flatten();
        if let Some(attempt) = attempt {
            spawn_local(self.attempt(seen, action, attempt));
        }
    }

    async fn attempt(self, seen: System, action: Action, attempt: AttemptId) {
        let (asked, tried) = (self.ask(), clock::now());
        match fetch::act(&seen, action).await {
            Ok(answer) => {
                self.saw(|systems| systems.offer(asked, answer));
                self.attempts
                    .update(|attempts| attempts.succeeded(&seen.id, attempt));
                if self.is_stale() {
                    // One system is as new as this answer. So should the others be.
                    self.read_list();
                }
            }
            Err(trouble) if trouble.is_signed_out() => self.nobody(),
            Err(Trouble::NoAnswer) => {
                let left = Duration::from_millis(carried_on(tried, clock::now()).into());
                let look = self.fell_through(seen, action, attempt, Trouble::NoAnswer);
                set_timeout(move || spawn_local(look), left);
            }
            Err(trouble) => self.fell_through(seen, action, attempt, trouble).await,
        }
    }

    /// Says what did not happen. Where that is known it is said at once, for to look may take as long again; where
    /// it is not, or somebody was faster, to look comes first.
    async fn fell_through(
        self,
        seen: System,
        action: Action,
        attempt: AttemptId,
        trouble: Trouble,
    ) {
        let trouble = &trouble;
        let said_at_once = trouble.says_it_all();
        let after = if said_at_once {
            None
        } else {
            self.look(&seen, trouble).await
        };
        let is_so = after
            .as_ref()
            .is_some_and(|after| after.version > seen.version && after.state == action.leads_to());
        self.attempts.update(|attempts| {
            if is_so {
                // Done after all, or by somebody else first: to say NOT would be wrong either way.
                attempts.succeeded(&seen.id, attempt);
            } else {
                let failure = Failure::explain(action, &seen, trouble, after.as_ref());
                attempts.failed(&seen, attempt, action, failure, clock::now());
            }
        });
        if said_at_once {
            self.look(&seen, trouble).await;
        }
        let now = self.ask();
        self.attempts
            .update(|attempts| attempts.told(&seen.id, now));
    }

    async fn look(self, seen: &System, trouble: &Trouble) -> Option<System> {
        if trouble.is_absent() {
            self.systems.update(|systems| systems.remove(&seen.id));
            return None;
        }
        let after = self.read_system(&seen.id).await;
        if after.is_err() {
            // What cannot be read is not up to date: the list says so, and tries again until it is.
            self.read_list();
        }
        after.ok().flatten()
    }
}
