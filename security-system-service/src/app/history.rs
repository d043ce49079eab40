//! Looking at what happened to a system.

use access::Operation;

use super::{App, Failure, Inquiry};
use crate::store::Entry;

impl App {
    /// The newest entries of a system's history, before a version of it.
    ///
    /// # Errors
    ///
    /// When the caller may not view the system, or that could not be decided.
    pub async fn history(
        &self,
        inquiry: &Inquiry,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Entry>, Failure> {
        let permit = self.permit(inquiry, Operation::View).await?;
        Ok(self.store.history(&permit, before, limit).await?)
    }
}
