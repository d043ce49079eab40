//! An administrator ends somebody's employment.

use super::{EmployeeOf, Failure, Intent, Organizations};
use crate::store::Committed;

impl Organizations {
    /// Ends the employment of one of the organization's people, and all that came with it.
    ///
    /// # Errors
    ///
    /// When there is no such person for the caller to change, it is themselves, or it is not what
    /// they saw.
    pub async fn end_employment(
        &self,
        intent: &Intent,
        of: EmployeeOf,
    ) -> Result<Committed<()>, Failure> {
        let (mut work, employment) = self.administer_employment(intent, of).await?;
        work.end_employment(&employment).await?;
        Ok(work.commit(intent.at, ()).await?)
    }
}
