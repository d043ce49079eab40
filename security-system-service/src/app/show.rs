//! Looking at one system.

use access::Operation;

use super::{App, Inquiry, Undone};
use crate::authorization::Permit;

impl App {
    /// A system as the caller sees it.
    ///
    /// # Errors
    ///
    /// When the caller may not view it, or that could not be decided.
    pub async fn show(&self, inquiry: &Inquiry) -> Result<Permit, Undone> {
        let _turn = self.turn_of(inquiry).await?;
        self.permit(inquiry, Operation::View).await
    }
}
