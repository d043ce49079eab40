//! Somebody forgot a password, or says so.

use std::net::IpAddr;

use super::throttle::{Refused, Subject};
use super::{App, Failure, SignInError};
use crate::domain::throttle;
use crate::domain::user::Email;
use crate::store::MailKind;

impl App {
    /// Sends a one-time link to this address, if somebody has it. The answer is the same if not, or if too many were
    /// asked for already.
    ///
    /// # Errors
    ///
    /// When too many come from one place.
    pub async fn forgot_password(&self, email: &str, from: IpAddr) -> Result<(), SignInError> {
        self.count_attempt(&[(&Subject::address(from), throttle::ADDRESS)])
            .await?;
        match self
            .count_attempt(&[(&Subject::link(email), throttle::ACCOUNT)])
            .await
        {
            Ok(()) => {}
            Err(Refused::Blocked(_)) => return Ok(()),
            Err(Refused::Failure(failure)) => return Err(failure.into()),
        }
        let Ok(email) = email.parse::<Email>() else {
            return Ok(());
        };
        let now = self.now();
        let mut tx = self.store.begin().await?;
        if let Some(user) = tx.lock_user_by_email(&email).await? {
            self.queue_link(&mut tx, &user, MailKind::Forgotten, now)
                .await?;
        }
        tx.commit().await.map_err(Failure::from)?;
        self.wake.all();
        Ok(())
    }
}
