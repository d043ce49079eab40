//! Looking at what happened to a system.

use access::Operation;

use super::{App, Inquiry, Undone, undone};
use crate::authorization::Strategy;
use crate::store::Past;

impl App {
    /// The newest entries of a system's history, before a version of it; and which strategy let them be seen. Who reads
    /// much waits for themselves: it is read while they have their turn.
    ///
    /// # Errors
    ///
    /// When the caller may not view the system, or that could not be decided.
    pub async fn history(
        &self,
        inquiry: &Inquiry,
        before: Option<i64>,
        limit: usize,
    ) -> Result<(Past, Strategy), Undone> {
        let _turn = self.turn_of(inquiry).await?;
        let permit = self.permit(inquiry, Operation::View).await?;
        let by = permit.basis().strategy;
        let past = self.store.history(&permit, before, limit).await;
        Ok((past.map_err(undone(by))?, by))
    }
}
