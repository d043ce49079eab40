//! Who creates organizations creates one, with its first administrator.

use access::EmployeeId;

use super::{Failure, Intent, Organizations};
use crate::domain::{
    Email, Employment, Name, NewEmployment, Organization, OrganizationId, Own, Roles, Version,
};
use crate::store::{Committed, Once};

/// An organization, and who can do anything about it.
#[derive(Debug, Clone)]
pub struct Founded {
    /// The organization.
    pub organization: Organization,
    /// Its first employee, an administrator.
    pub administrator: Employment,
}

impl Organizations {
    /// Creates an organization with its first administrator. The caller becomes nothing in it.
    ///
    /// # Errors
    ///
    /// When iam-service cannot be asked for the administrator; or that would be the caller, for
    /// nobody grants themselves anything.
    pub async fn found(
        &self,
        intent: &Intent,
        (id, name): (OrganizationId, Name),
        (employee, email, person): (EmployeeId, Email, Name),
        once: Once<'_, Founded>,
    ) -> Result<Committed<Founded>, Failure> {
        let user = self.iam.get_or_create(&email, intent.by).await?;
        if user == intent.by {
            return Err(Own.into());
        }
        let organization = Organization {
            id,
            name,
            appointee: None,
            version: Version(1),
        };
        let first = NewEmployment {
            id: employee,
            name: person,
            roles: Roles {
                administrator: true,
                ..Roles::default()
            },
            schedule: None,
        };
        let turn = self.lines.of(id).await?;
        let begun = self.store.found(self.kind, organization.clone(), turn);
        let mut work = begun.await?;
        let hired = work.hire(user, &first).await?;
        let administrator = hired.ok_or(Failure::AlreadyEmployed)?;
        let founded = Founded {
            organization,
            administrator,
        };
        Ok(work.commit_once(intent.at, founded, once).await?)
    }
}
