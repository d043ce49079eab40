//! Messages that cannot be applied: they are put aside, so that the others go on, and what they
//! may concern is known to be unknown.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Position;
use crate::envelope::{Concerns, Illegible};
use crate::event::Event;

/// What is known of a message that cannot be applied.
pub(super) struct Parked {
    position: Option<Position>,
    time: Option<Timestamp>,
    concerns: Option<Concerns>,
    error: String,
}

impl Parked {
    /// A message that cannot be read.
    pub(super) fn illegible(message: Illegible) -> Self {
        Self {
            position: message.position,
            time: message.time,
            concerns: message.concerns,
            error: format!("{:#}", anyhow::Error::new(message.cause)),
        }
    }

    /// An event that the handler does not take.
    pub(super) fn refused(event: &Event, cause: &anyhow::Error) -> Self {
        Self {
            position: Some(event.position),
            time: Some(event.time),
            concerns: Some(Concerns {
                users: event.users.clone(),
                organizations: event.organizations.clone(),
                locations: event.locations.clone(),
            }),
            error: format!("{cause:#}"),
        }
    }

    /// Puts it aside, for all to see.
    pub(super) async fn store(
        self,
        connection: &mut PgConnection,
        source: &str,
        generation: i64,
        subject: &str,
    ) -> Result<(), sqlx::Error> {
        tracing::error!(source, subject, error = self.error, "a message is parked");
        metrics::counter!("inbox_parked_total", "source" => source.to_owned()).increment(1);
        let (aggregate, id) = named(source, subject).unzip();
        let legible = self.concerns.is_some();
        let concerns = self.concerns.unwrap_or_default();
        sqlx::query!(
            "insert into outbox.parked (source, generation, subject, aggregate, id, epoch, position,
                                        users, organizations, locations, legible, error, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             on conflict (source, generation, subject) do update
             set epoch = excluded.epoch, position = excluded.position, users = excluded.users,
                 organizations = excluded.organizations, locations = excluded.locations,
                 legible = excluded.legible, error = excluded.error, at = excluded.at",
            source,
            generation,
            subject,
            aggregate,
            id,
            self.position.map(|position| position.epoch),
            self.position.map(|position| position.position),
            &concerns.users,
            &concerns.organizations,
            &concerns.locations,
            legible,
            self.error,
            self.time.map(ToSqlx::to_sqlx) as _,
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Takes out what was parked of these subjects: a later message of each has been applied.
pub(super) async fn repaired(
    connection: &mut PgConnection,
    generation: i64,
    subjects: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from outbox.parked where generation = $1 and subject = any($2)",
        generation,
        subjects
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many messages are parked in a generation.
pub(super) async fn count(
    connection: &mut PgConnection,
    generation: i64,
) -> Result<i64, sqlx::Error> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from outbox.parked where generation = $1"#,
        generation
    );
    count.fetch_one(connection).await
}

/// The aggregate that a subject names, `<source>.<aggregate>.<id>`.
fn named<'a>(source: &str, subject: &'a str) -> Option<(&'a str, Uuid)> {
    let (aggregate, id) = subject
        .strip_prefix(source)?
        .strip_prefix('.')?
        .split_once('.')?;
    Some((aggregate, id.parse().ok()?))
}
