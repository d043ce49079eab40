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
        seen: &str,
        answered: &ConsistencyToken,
    ) -> Result<(), NoSession> {
        let mut seen = seen.to_owned();
        loop {
            let before: ConsistencyToken = seen.parse().unwrap_or_default();
            let raised = before.clone().merged(answered);
            if raised == before
                || self
                    .0
                    .store
                    .replace_consistency(id, &seen, &raised.to_string())
                    .await?
            {
                return Ok(());
            }
            // Another answer of this session was first.
            seen = self.recorded(id).await?.consistency;
        }
    }
}
