//! Backoff, counted before anything is tried.

use chassis::turns::{Turn, Turns};
use jiff::{SignedDuration, Timestamp};

use super::{App, Failure};
use crate::domain::throttle::{Blocked, Subject, Throttle};
use crate::store::{self, Tx};

/// So many are in line for one subject, with the one whose turn it is: as many as an office that comes to work.
const IN_LINE: usize = 32;
/// When to come again where too many came at once.
const SHORTLY: SignedDuration = SignedDuration::from_secs(1);

/// Why an attempt is not made.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    Blocked(#[from] Blocked),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// One attempt of a subject is counted at a time. Counting locks its row: whoever waited for that in the database would
/// hold one of this service's connections meanwhile, and some hundred guesses at one account all of them.
#[must_use]
pub fn turns() -> Turns<Subject> {
    Turns::new(1, IN_LINE)
}

/// An attempt that was counted for one subject, as if it had failed.
#[derive(Debug)]
pub(super) struct Counted {
    subject: Subject,
    before: Throttle,
    after: Throttle,
}

impl Counted {
    /// It did not fail: whose failures only its maker's can be are forgotten, and everybody else is where they were before
    /// it.
    pub(super) async fn succeeded(&self, tx: &mut Tx) -> store::Result<()> {
        if self.subject.is_shared() {
            self.undo(tx).await
        } else {
            tx.forgive(&self.subject).await
        }
    }

    /// It was none: everybody is where they were before it.
    pub(super) async fn undo(&self, tx: &mut Tx) -> store::Result<()> {
        tx.take_attempt_back(&self.subject, self.before, self.after)
            .await
    }
}

impl App {
    /// Counts one attempt of each subject, or of none, in a transaction of its own. Always in the order account at an
    /// address, account, address: no two wait for each other.
    pub(super) async fn count_attempt(
        &self,
        subjects: &[Subject],
    ) -> Result<Vec<Counted>, Refused> {
        let _turns = self.turns(subjects).await?;
        let now = self.now();
        let mut tx = self.store.begin().await.map_err(Failure::from)?;
        let counted = count(&mut tx, subjects, now).await?;
        tx.commit().await.map_err(Failure::from)?;
        Ok(counted)
    }

    /// Takes attempts back at which nothing was compared, so that nobody learnt anything: our trouble is nobody's
    /// failure. Where that does not work either, they stay counted.
    pub(super) async fn take_back(&self, counted: &[Counted]) {
        let undone = async {
            let mut tx = self.store.begin().await?;
            for attempt in counted {
                attempt.undo(&mut tx).await?;
            }
            tx.commit().await
        };
        if let Err(error) = undone.await {
            tracing::warn!(%error, "an attempt that was not made stays counted");
        }
    }

    /// Waits until attempts of these subjects may be counted; to be held until they are. Too many at once are refused
    /// before they cost anything.
    pub(super) async fn turns(&self, subjects: &[Subject]) -> Result<Vec<Turn>, Blocked> {
        let mut turns = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let turn = self.turns.take(subject.clone()).await;
            turns.push(turn.map_err(|_| Blocked {
                until: self.now().saturating_add(SHORTLY).unwrap_or(Timestamp::MAX),
            })?);
        }
        Ok(turns)
    }
}

/// Counts one attempt of each subject, or of none, within a larger change, at one's turn.
pub(super) async fn count(
    tx: &mut Tx,
    subjects: &[Subject],
    now: Timestamp,
) -> Result<Vec<Counted>, Refused> {
    let mut attempts = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let before = tx
            .lock_throttle(subject, now)
            .await
            .map_err(Failure::from)?;
        attempts.push(Counted {
            subject: subject.clone(),
            before,
            after: before.attempt(subject.patience(), now)?,
        });
    }
    for attempt in &attempts {
        tx.put_throttle(&attempt.subject, attempt.after)
            .await
            .map_err(Failure::from)?;
    }
    Ok(attempts)
}
