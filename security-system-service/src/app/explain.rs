//! Explaining what one may do to a system, and why not more.

use std::time::Duration;

use access::Operation;
use tokio::time::Instant;

use super::{App, Inquiry, Undone};
use crate::authorization::Permit;

/// What the caller may do to a system, and how that was decided.
#[derive(Debug)]
pub struct Explanation {
    /// A permit to look, and the decisions on all operations, of one instant and from one set of facts.
    pub permit: Permit,
    /// How long it took to load the system and to decide.
    pub took: Duration,
}

impl App {
    /// Decides as it is decided for whoever looks at a system, and tells how. Advice: only the attempt decides.
    ///
    /// # Errors
    ///
    /// When the caller may not view the system, or that could not be decided.
    pub async fn explain(&self, inquiry: &Inquiry) -> Result<Explanation, Undone> {
        let _turn = self.turn_of(inquiry).await?;
        let began = Instant::now();
        let permit = self.permit(inquiry, Operation::View).await?;
        Ok(Explanation {
            permit,
            took: began.elapsed(),
        })
    }
}
