//! An administrator changes what somebody holds at single locations.

use organization::app::{EmployeeOf, Failure, Intent};
use organization::domain::{Employment, Invalid, RolesAt};
use organization::store::Committed;

use super::{Customers, customer};
use crate::store::locations;

impl Customers {
    /// Replaces the roles that one of the customer's people holds at single locations.
    ///
    /// # Errors
    ///
    /// When there is no such person for the caller to change, it is themselves, it is not what they
    /// saw, one of the locations is not the customer's, or too many people hold roles there.
    pub async fn change_location_roles(
        &self,
        intent: &Intent,
        of: EmployeeOf,
        roles: &RolesAt,
    ) -> Result<Committed<Employment>, Failure> {
        let (mut work, employment) = self.organizations.administer_employment(intent, of).await?;
        let customer = customer(work.organization.id);
        let foreign = locations::foreign(work.connection(), customer, roles.keys()).await?;
        if let Some(location) = foreign.first() {
            let field = format!("locationRoles.{location}");
            return Err(Invalid::new(field, "is not a location of this customer").into());
        }
        let held = &employment.location_roles;
        let more = roles.keys().filter(|at| !held.contains_key(*at));
        let more: Vec<_> = more.copied().collect();
        if work.is_full(&more).await? {
            return Err(Failure::LimitReached(
                "At one of the locations as many people hold roles of their own as may.",
            ));
        }
        let changed = work.save_location_roles(employment.id, roles).await?;
        Ok(work.commit(intent.at, changed).await?)
    }
}
