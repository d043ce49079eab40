//! Backoff, counted before anything is tried.

use jiff::Timestamp;

use super::{App, Failure};
use crate::domain::throttle::{Blocked, Subject};
use crate::store::Tx;

/// Why an attempt is not made.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    Blocked(#[from] Blocked),
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl App {
    /// Counts one attempt of each subject, or of none, in a transaction of its own. Always in the order account, account
    /// at an address, address: no two wait for each other.
    pub(super) async fn count_attempt(&self, subjects: &[Subject]) -> Result<(), Refused> {
        let now = self.now();
        let mut tx = self.store.begin().await.map_err(Failure::from)?;
        for subject in subjects {
            count(&mut tx, subject, now).await?;
        }
        Ok(tx.commit().await.map_err(Failure::from)?)
    }
}

/// Counts one attempt within a larger change.
pub(super) async fn count(tx: &mut Tx, subject: &Subject, now: Timestamp) -> Result<(), Refused> {
    let throttle = tx
        .lock_throttle(subject, now)
        .await
        .map_err(Failure::from)?;
    let throttle = throttle.attempt(subject.patience(), now)?;
    Ok(tx
        .put_throttle(subject, throttle)
        .await
        .map_err(Failure::from)?)
}
