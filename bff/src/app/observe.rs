//! A session has seen a write: what it reads from now on knows of it.

use outbox::ConsistencyToken;

use super::{NoSession, Sessions};
use crate::domain::SessionId;

impl Sessions {
    /// Raises what a session has seen, per source, by what a service answered.
    ///
    /// # Errors
    ///
    /// When the record cannot be changed.
    pub async fn observe(
        &self,
        id: SessionId,
        seen: &ConsistencyToken,
        answered: &ConsistencyToken,
    ) -> Result<(), NoSession> {
        let mut seen = seen.clone();
        loop {
            let raised = seen.clone().merged(answered);
            if raised == seen || self.0.store.replace_consistency(id, &seen, &raised).await? {
                return Ok(());
            }
            // Another answer of this session was first.
            seen = self.recorded(id).await?.consistency;
        }
    }
}
