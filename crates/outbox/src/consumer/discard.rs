//! Generations that nobody reads any more: their rows are deleted a part at a time, while there is nothing to apply, so that
//! it takes no statement longer the more there are.

use super::{Consumer, ConsumerError, Handler};

/// How many rows are deleted at once, of each table.
const PART: i64 = 10_000;

impl<H: Handler> Consumer<H> {
    /// Deletes a part of a generation that is over. Says how much there was to do; 0, where there is none.
    ///
    /// Two consumers of one source take turns at it: who deleted what another is deleting would find nothing left.
    pub(super) async fn discard(&mut self) -> Result<usize, ConsumerError> {
        if !self.leftovers {
            return Ok(0);
        }
        let mut tx = database::begin(self.inbox.pool()).await?;
        let over = sqlx::query_scalar!(
            "select generation from outbox.discarded where source = $1 order by generation limit 1 for update",
            self.source.as_str()
        );
        let Some(generation) = over.fetch_optional(&mut *tx).await? else {
            tx.rollback().await?;
            self.leftovers = false;
            return Ok(0);
        };
        let discarded = self.handler.discard(&mut tx, generation, PART).await;
        let discarded = discarded.map_err(|cause| ConsumerError::Discard { generation, cause })?;
        if discarded == 0 {
            let forget = sqlx::query!(
                "delete from outbox.discarded where generation = $1",
                generation
            );
            forget.execute(&mut *tx).await?;
        }
        database::commit(tx).await?;
        Ok(usize::try_from(discarded).unwrap_or(usize::MAX).max(1))
    }
}
