//! Which strategies were chosen, and by whom.

use access::{Operation, UserId};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Store, StoreError};
use crate::authorization::{Choice, Chosen, Strategy};

struct Row {
    operation: String,
    version: i64,
    strategy: Option<String>,
    user_id: Uuid,
    name: String,
    at: jiff_sqlx::Timestamp,
}

impl Store {
    /// The last choice for each operation.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn chosen(&self) -> Result<Chosen, StoreError> {
        let mut rows = sqlx::query_as!(
            Row,
            "select distinct on (operation) operation, version, strategy, user_id, name, at
             from strategy_choice order by operation, version desc",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(Chosen::each(|operation| {
            let name = operation.as_str();
            let at = rows.iter().position(|row| row.operation == name)?;
            Some(rows.swap_remove(at).into())
        }))
    }

    /// Keeps a choice, if it is the next one for its operation. False, if somebody else was faster.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn choose(&self, operation: Operation, choice: &Choice) -> Result<bool, StoreError> {
        let inserted = sqlx::query!(
            "insert into strategy_choice (operation, version, strategy, user_id, name, at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict do nothing",
            operation.as_str(),
            choice.version,
            choice.strategy.map(Strategy::as_str),
            choice.by.as_uuid(),
            choice.name,
            choice.at.to_sqlx() as _,
        )
        .execute(&self.pool)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }
}

impl From<Row> for Choice {
    fn from(row: Row) -> Self {
        let named = row.strategy.as_deref().map(str::parse::<Strategy>);
        let strategy = named.transpose().unwrap_or_else(|unknown| {
            let operation = &row.operation;
            tracing::warn!(%unknown, operation, "a strategy was chosen that is not known here: the configured one decides");
            None
        });
        Self {
            version: row.version,
            strategy,
            by: UserId::from(row.user_id),
            name: row.name,
            at: row.at.to_jiff(),
        }
    }
}
