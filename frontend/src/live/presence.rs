//! Who is signed in: finding out, signing out, and what is left when nobody is any more.

use std::time::Duration;

use leptos::prelude::*;

use super::{Live, Reading};
use crate::browser::{fetch, place};
use crate::model::attempts::Attempts;
use crate::model::employer::{Employer, Kind, Organization};
use crate::model::link::{GRACE_MILLIS, Link};
use crate::model::session::Session;
use crate::model::systems::Systems;
use crate::model::trouble::Trouble;

impl Live {
    /// Finds out who is signed in.
    pub async fn recognize(self) {
        match fetch::user().await {
            Ok(Some(user)) => {
                let as_before = self
                    .session
                    .try_update(|session| session.recognized(user))
                    .unwrap_or(true);
                if !as_before {
                    place::reload();
                }
            }
            Ok(None) => self.nobody(),
            Err(trouble) => self.session.update(|session| session.unrecognized(trouble)),
        }
    }

    /// Whom the person works for.
    ///
    /// # Errors
    ///
    /// When it could not be read.
    pub async fn employers(self) -> Result<Vec<Employer>, Trouble> {
        let user = self
            .session
            .with_untracked(|session| session.user().cloned());
        let mut employers = Vec::new();
        for kind in Kind::ALL {
            if !user.as_ref().is_some_and(|user| kind.employs(user)) {
                continue;
            }
            for Organization { id, name } in fetch::organizations(kind).await?.items {
                let administered = fetch::administered(kind, &id).await?;
                employers.push(Employer {
                    kind,
                    name,
                    administered,
                });
            }
        }
        Ok(employers)
    }

    /// A call was answered: nobody is signed in.
    pub fn nobody(self) {
        if self.session.try_update(Session::nobody).unwrap_or_default() {
            place::sign_in();
        }
        if self
            .session
            .with_untracked(|session| *session == Session::Over)
        {
            self.forget();
        }
        if !self.is_worth_following() {
            self.unsubscribe();
        }
    }

    /// Signs out here, and leaves to sign out at the provider. Meanwhile nothing is followed: what ends now would
    /// only be tried again.
    ///
    /// # Errors
    ///
    /// When it failed; the page stays, and follows again.
    pub async fn sign_out(self) -> Result<(), Trouble> {
        if !self.session.try_update(Session::leave).unwrap_or_default() {
            return Ok(());
        }
        self.unsubscribe();
        match fetch::sign_out().await {
            Ok(address) => {
                self.end();
                place::go(&address);
                Ok(())
            }
            Err(trouble) if trouble.is_signed_out() => {
                self.end();
                Ok(())
            }
            Err(trouble) => {
                self.session.update(Session::stay);
                self.subscribe();
                Err(trouble)
            }
        }
    }

    pub(super) fn is_worth_following(self) -> bool {
        self.session.with_untracked(Session::is_worth_following)
    }

    fn end(self) {
        self.session.update(Session::end);
        self.forget();
    }

    /// Nothing of the person's stays, neither to be seen nor to be found.
    fn forget(self) {
        self.systems.set(Systems::default());
        self.attempts.set(Attempts::default());
        self.reading.set(Reading::default());
    }

    /// Closes the stream, and does not come back to it.
    fn unsubscribe(self) {
        self.wire.update_value(|wire| {
            wire.stream = None;
            if let Some(retry) = wire.retry.take() {
                retry.clear();
            }
        });
        self.link.update(Link::closed);
        self.expect_back();
    }

    /// What is shown is stale, unless the stream is back within the grace.
    pub(super) fn expect_back(self) {
        set_timeout(
            move || self.link.update(Link::overdue),
            Duration::from_millis(GRACE_MILLIS.into()),
        );
    }
}
