use access::Schedule;

use super::{EmployeeOf, Intent, Organizations, Refusal};
use crate::domain::Employment;
use crate::store::Committed;

impl Organizations {
    /// Restricts in time what the organization grants to one of its people, or lifts the
    /// restriction.
    ///
    /// # Errors
    /// If there is no such person for the caller to change, it is themselves, or it is not what
    /// they saw.
    pub async fn change_schedule(
        &self,
        intent: &Intent,
        of: EmployeeOf,
        schedule: Option<Schedule>,
    ) -> Result<Committed<Employment>, Refusal> {
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
