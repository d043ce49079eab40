//! An administrator appoints another organization, or dismisses it.

use super::{Failure, Intent, Organizations};
use crate::domain::{Organization, OrganizationId};
use crate::store::{Committed, Listed};

impl Organizations {
    /// Appoints another organization, or dismisses the one that was appointed. Whether there is
    /// such an organization is not asked: one that is not, or no more, adds nothing to any rule.
    /// Done again, it changes nothing.
    ///
    /// Whoever sees the organization sees whom it appointed, so to them it is not hidden that they
    /// may not appoint: `listed` says whom else than its own people it is shown to.
    ///
    /// # Errors
    ///
    /// When the caller does not administer the organization, or it is not what they saw.
    pub async fn appoint(
        &self,
        intent: &Intent,
        (listed, id): (Listed, OrganizationId),
        appointee: Option<OrganizationId>,
    ) -> Result<Committed<Organization>, Failure> {
        let mut work = match self.administer(id, intent.by).await {
            Err(Failure::Hidden) => {
                self.organization(listed, id).await?;
                return Err(Failure::NotAdministrator);
            }
            begun => begun?,
        };
        intent.applies_to(work.organization.version)?;
        if work.organization.appointee == appointee {
            let unchanged = work.organization.clone();
            return Ok(work.commit(intent.at, unchanged).await?);
        }
        let changed = work.appoint(appointee).await?;
        let committed = work.commit(intent.at, changed).await?;
        let appointee = appointee.map(|appointee| appointee.0);
        tracing::info!(by = %intent.by, organization = %id, ?appointee, "appointed");
        Ok(committed)
    }
}
