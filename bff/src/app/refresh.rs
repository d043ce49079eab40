//! The next access token, got once for all who wait for it.
//!
//! In one replica the requests of a session share a *flight*. Between replicas a *lease* on the
//! record lets one at a time talk to the provider; the others hear of the result. What keeps an
//! honest person signed in:
//!
//! - An answer may be lost on its way. The provider yields the same successor again until that one
//!   is used, so the same token is simply sent once more, here or by the next holder of the lease.
//! - A flight goes on when the browser that caused it has gone.
//! - A result is stored only if the record still holds the token that was sent and is live.
//! - Nobody sends after the lease has ended, and only the provider's own *no* ends a session.

use std::{
    collections::HashMap,
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture, future::Shared};
use jiff::SignedDuration;
use tokio::{
    task::JoinError,
    time::{sleep, timeout},
};

use super::{Flights, NoSession, Sessions};
use crate::{
    domain::{Credential, Session, SessionId},
    provider::{Failure, Granted},
    store::{EndedBy, Leased, changed},
};

/// How long a replica may be at it before another one may try.
const LEASE: SignedDuration = SignedDuration::from_secs(20);

/// How long a flight takes at most; shorter than the lease.
const PATIENCE: Duration = Duration::from_secs(12);

/// How often the record is read while waiting, should word of its change be lost.
const GLANCE: Duration = Duration::from_millis(250);

pub(super) type Flight = Shared<BoxFuture<'static, Result<(), NoSession>>>;

impl Sessions {
    /// The session with a token of a later generation than this one.
    pub(super) async fn refreshed(
        &self,
        id: SessionId,
        generation: i64,
    ) -> Result<Session, NoSession> {
        self.flight(id, generation).await?;
        self.recorded(id).await
    }

    fn flight(&self, id: SessionId, generation: i64) -> Flight {
        let mut flights = self.0.flights.lock();
        let take_off = || {
            let landing = Landing(self.clone(), (id, generation));
            let task = self.0.tasks.spawn(async move {
                let flown = timeout(PATIENCE, landing.0.fly(id, generation)).await;
                flown.unwrap_or_else(|_| Err(unavailable("the refresh takes too long")))
            });
            let ended =
                |result: Result<_, JoinError>| result.unwrap_or_else(|e| Err(unavailable(e)));
            task.map(ended).boxed().shared()
        };
        flights
            .entry((id, generation))
            .or_insert_with(take_off)
            .clone()
    }

    async fn fly(&self, id: SessionId, generation: i64) -> Result<(), NoSession> {
        let mut heard = self.0.changes.subscribe();
        loop {
            let now = self.0.clock.now();
            if let Some(leased) = self.0.store.lease(id, generation, now, now + LEASE).await? {
                return self.refresh_leased(id, generation, leased).await;
            }
            let record = self
                .0
                .store
                .read(id, Some(generation), now)
                .await?
                .ok_or(NoSession::SignedOut)?;
            if record.generation != generation {
                return Ok(());
            }
            tokio::select! {
                () = changed(&mut heard, id) => {}
                () = sleep(GLANCE) => {}
            }
        }
    }

    async fn refresh_leased(
        &self,
        id: SessionId,
        generation: i64,
        leased: Leased,
    ) -> Result<(), NoSession> {
        let answer = match &leased.refresh_token {
            Some(token) => {
                let provider = &self.0.provider;
                match provider.refresh(token, &leased.subject).await {
                    // Perhaps only the answer was lost.
                    Err(Failure::Unavailable(_)) => provider.refresh(token, &leased.subject).await,
                    answer => answer,
                }
            }
            None => Err(Failure::Refused("there is no refresh token".to_owned())),
        };
        match answer {
            Ok(granted) => self.renew(id, generation, granted).await,
            Err(Failure::Refused(why)) => self.refused(id, generation, &why).await,
            Err(Failure::Unavailable(why)) => {
                tracing::warn!(session = %id, why, "not refreshed");
                self.0.store.release(id, generation).await?;
                Err(NoSession::Unavailable(why))
            }
        }
    }

    async fn renew(
        &self,
        id: SessionId,
        generation: i64,
        granted: Granted,
    ) -> Result<(), NoSession> {
        let Granted {
            identity,
            credential,
            refresh_token,
        } = granted;
        let credential = Credential {
            generation: generation + 1,
            ..credential
        };
        let mut rng = (self.0.entropy)();
        let (refresh_token, identity) = (refresh_token.as_ref(), identity.as_ref());
        // Not stored means that somebody else has renewed or ended the session. The record tells.
        self.0
            .store
            .renew(
                id,
                generation,
                &credential,
                refresh_token,
                identity,
                &mut rng,
            )
            .await?;
        metrics::counter!("bff_refreshes_total").increment(1);
        Ok(())
    }

    async fn refused(&self, id: SessionId, generation: i64, why: &str) -> Result<(), NoSession> {
        let now = self.0.clock.now();
        match self
            .0
            .store
            .end(id, Some(generation), EndedBy::Refused, now)
            .await?
        {
            Some(_) => {
                tracing::info!(session = %id, why, "the provider does not go on with this session");
                Err(NoSession::SignedOut)
            }
            // Refused was a token that the record does not hold any more.
            None => Ok(()),
        }
    }
}

/// A flight that has ended, however, is one that nobody joins any more.
struct Landing(Sessions, (SessionId, i64));

impl Drop for Landing {
    fn drop(&mut self) {
        self.0.0.flights.lock().remove(&self.1);
    }
}

impl Flights {
    fn lock(&self) -> MutexGuard<'_, HashMap<(SessionId, i64), Flight>> {
        // Entries come and go whole: no panic leaves half of one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unavailable(why: impl std::fmt::Display) -> NoSession {
    NoSession::Unavailable(why.to_string())
}
