//! An administrator hires somebody.

use super::{Failure, Intent, Organizations};
use crate::domain::{
    EMPLOYMENTS_OF_ORGANIZATION, Email, Employment, NewEmployment, OrganizationId, Own,
};
use crate::store::{Committed, Once};

impl Organizations {
    /// Hires somebody, by their e-mail address.
    ///
    /// The user is found, or made, by iam-service first. No transaction is open meanwhile, so the
    /// caller's standing is looked up twice: by whoever calls this, so that only administrators make
    /// users or hear again what came of a request; and in here under the lock, where it counts. If
    /// storing fails then, a user without an employment remains, whom the next attempt finds. They have
    /// had a mail by then; how much of it the caller causes is limited there.
    ///
    /// # Errors
    ///
    /// When the caller is not an administrator of the organization, the person is the caller or is
    /// employed already, it employs as many as it may, or iam-service cannot be asked.
    pub async fn hire(
        &self,
        intent: &Intent,
        organization: OrganizationId,
        email: &Email,
        new: &NewEmployment,
        once: Once<'_, Employment>,
    ) -> Result<Committed<Employment>, Failure> {
        let user = self.iam.get_or_create(email, intent.by).await?;
        if user == intent.by {
            return Err(Own.into());
        }
        let mut work = self.administer(organization, intent.by).await?;
        if work.count_employments().await? >= EMPLOYMENTS_OF_ORGANIZATION {
            let enough = "The organization employs as many people as one may.";
            return Err(Failure::LimitReached(enough));
        }
        let hired = work
            .hire(user, new)
            .await?
            .ok_or(Failure::AlreadyEmployed)?;
        Ok(work.commit_once(intent.at, hired, once).await?)
    }
}
