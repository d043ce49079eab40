use sqlx::PgPool;

/// This service consumes no such source.
#[derive(Debug, thiserror::Error)]
pub enum NotConsumed {
    /// Nothing of it was ever applied.
    #[error("nothing of {0} is kept here")]
    Unknown(String),
    /// It could not be asked.
    #[error("the inbox cannot be written")]
    Inbox(#[from] sqlx::Error),
}

/// Asks for the replica of `source` to be filled anew, from the start of the stream. The running
/// [`Consumer`](crate::Consumer) does it, and keeps what is read up to date meanwhile; as soon as the new generation
/// has come as far, it is read in place of the old one.
///
/// For a replica that a wrong handler has spoiled, and for messages that were parked and can be applied by now. Asked
/// for twice, it is done once.
///
/// # Errors
///
/// When there is no such replica, or the database refuses.
pub async fn rebuild(pool: &PgPool, source: &str) -> Result<(), NotConsumed> {
    let mut tx = database::begin(pool).await?;
    let epochs = sqlx::query!(
        "select epoch, serving from outbox.inbox where source = $1 order by generation for update",
        source
    )
    .fetch_all(&mut *tx)
    .await?;
    let Some(read) = epochs.iter().find(|row| row.serving) else {
        return Err(NotConsumed::Unknown(source.to_owned()));
    };
    if epochs.len() == 1 {
        sqlx::query!(
            "insert into outbox.inbox (source, serving, epoch) values ($1, false, $2)",
            source,
            read.epoch
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(database::commit(tx).await?)
}
