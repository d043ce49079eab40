//! An administrator restricts somebody in time, or lifts the restriction.

use access::Schedule;

use super::{EmployeeOf, Failure, Intent, Organizations};
use crate::domain::Employment;
use crate::store::Committed;

impl Organizations {
    /// Restricts in time what the organization grants to one of its people, or lifts the
    /// restriction.
    ///
    /// # Errors
    ///
    /// When there is no such person for the caller to change, it is themselves, or it is not what
    /// they saw.
    pub async fn change_schedule(
        &self,
        intent: &Intent,
        of: EmployeeOf,
        schedule: Option<Schedule>,
    ) -> Result<Committed<Employment>, Failure> {
        let (mut work, employment) = self.administer_employment(intent, of).await?;
        let changed = work
            .save_employment(&Employment {
                schedule,
                ..employment
            })
            .await?;
        Ok(work.commit(intent.at, changed).await?)
    }
}
