//! An administrator changes somebody's roles at the organization.

use super::{EmployeeOf, Failure, Intent, Organizations};
use crate::domain::{Employment, Roles};
use crate::store::Committed;

impl Organizations {
    /// Replaces the roles that one of the organization's people holds at the organization.
    ///
    /// Three things are checked, all of them known here: the caller is employed by the
    /// organization, administers it, and the person is employed by it too.
    ///
    /// # Errors
    ///
    /// When one of these is not so, the person is the caller, or is not what they saw.
    pub async fn change_roles(
        &self,
        intent: &Intent,
        of: EmployeeOf,
        roles: Roles,
    ) -> Result<Committed<Employment>, Failure> {
        let (mut work, employment) = self.administer_employment(intent, of).await?;
        let changed = work
            .save_employment(&Employment {
                roles,
                ..employment
            })
            .await?;
        Ok(work.commit(intent.at, changed).await?)
    }
}
