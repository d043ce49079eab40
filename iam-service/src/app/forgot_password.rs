//! Somebody forgot a password, or says so.

use std::net::IpAddr;

use super::throttle::{Refused, count};
use super::{App, SignInError};
use crate::domain::throttle::Subject;
use crate::domain::user::Email;
use crate::store::MailKind;

impl App {
    /// Sends a one-time link to this address, if somebody has it. The answer is the same if not, or if too many were
    /// asked for already: then the last one works. Nothing here counts for signing in.
    ///
    /// # Errors
    ///
    /// When too many come from one place.
    pub async fn forgot_password(&self, email: &str, from: IpAddr) -> Result<(), SignInError> {
        self.count_attempt(&[Subject::mail_from(from)]).await?;
        let limit = [Subject::mail(email)];
        let Ok(_turns) = self.turns(&limit).await else {
            return Ok(());
        };
        let now = self.now();
        // Counted in the same transaction, so that one is written and committed whether or not somebody is found.
        let mut tx = self.store.begin().await?;
        match count(&mut tx, &limit, now).await {
            Ok(_) => {}
            Err(Refused::Blocked(_)) => return Ok(()),
            Err(Refused::Failure(failure)) => return Err(failure.into()),
        }
        if let Ok(email) = email.parse::<Email>()
            && let Some(user) = tx.lock_user_by_email(&email).await?
        {
            self.queue_link(&mut tx, &user, MailKind::Forgotten, now)
                .await?;
        }
        tx.commit().await?;
        self.wake.all();
        Ok(())
    }
}
