//! Exceptions, in Postgres.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use pdp::Uid;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::versions::{active, alone, signed};
use super::{NotDone, count};
use crate::domain::{Active, Actor, Exception, ExceptionDeed, ExceptionDeedKind, Standing, Wish};

/// So many count at once at most: they are in everybody's memory.
const MOST: usize = 1_000;
/// For so long it is known of an exception that it has lapsed: should a clock be set back, it counts again.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// All exceptions.
#[derive(Debug, Clone)]
pub struct Exceptions {
    pool: PgPool,
}

struct Row {
    number: i64,
    subject_type: String,
    subject: String,
    action: String,
    resource_type: String,
    resource: String,
    reason: String,
    until: jiff_sqlx::Timestamp,
    asked_by: Uuid,
    asker: String,
    asked_at: jiff_sqlx::Timestamp,
    approved_by: Option<Uuid>,
    approver: Option<String>,
    approved_at: Option<jiff_sqlx::Timestamp>,
    taken_back_by: Option<Uuid>,
    taker: Option<String>,
    taken_back_at: Option<jiff_sqlx::Timestamp>,
}

impl From<Row> for Exception {
    fn from(row: Row) -> Self {
        let approved = row.approved_by.zip(row.approver).zip(row.approved_at);
        let taken_back = row.taken_back_by.zip(row.taker).zip(row.taken_back_at);
        Self {
            number: row.number,
            wish: Wish {
                subject: Uid::new(row.subject_type, row.subject),
                action: row.action,
                resource: Uid::new(row.resource_type, row.resource),
                reason: row.reason,
                until: row.until.to_jiff(),
            },
            asked: signed(row.asked_by, row.asker, row.asked_at),
            approved: approved.map(|((by, name), at)| signed(by, name, at)),
            taken_back: taken_back.map(|((by, name), at)| signed(by, name, at)),
        }
    }
}

impl Exceptions {
    /// Those in this database.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Keeps what is asked for.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ask(&self, wish: Wish, by: &Actor, at: Timestamp) -> Result<Exception, NotDone> {
        let mut tx = database::begin(&self.pool).await?;
        alone(&mut tx).await?;
        let number = sqlx::query_scalar!(
            "insert into exception (subject_type, subject, action, resource_type, resource, reason, until, asked_by, asker, asked_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning number",
            wish.subject.kind,
            wish.subject.id,
            wish.action,
            wish.resource.kind,
            wish.resource.id,
            wish.reason,
            wish.until.to_sqlx() as _,
            by.id.as_uuid(),
            by.name,
            at.to_sqlx() as _,
        );
        let number = number.fetch_one(&mut *tx).await?;
        note(&mut tx, ExceptionDeedKind::Asked, number, by, at).await?;
        let exception = one(&mut tx, number).await?;
        tx.commit().await?;
        Ok(exception)
    }

    /// Notes that somebody approves an exception, if the policies are those under which it was looked whether it fits. Who
    /// approves once more what counts changes nothing.
    ///
    /// # Errors
    ///
    /// When there is no such exception, it concerns them, it is over, too many count already, other policies were promoted,
    /// or the database fails.
    pub async fn approve(
        &self,
        number: i64,
        under: Active,
        by: &Actor,
        at: Timestamp,
    ) -> Result<Exception, NotDone> {
        let mut tx = database::begin(&self.pool).await?;
        alone(&mut tx).await?;
        let exception = one(&mut tx, number).await?;
        if exception.concerns(by) {
            return Err(NotDone::OwnException);
        }
        match exception.standing(at) {
            Standing::Asked => {}
            Standing::InForce => return Ok(exception),
            Standing::Lapsed | Standing::TakenBack => return Err(NotDone::Over),
        }
        if active(&mut tx).await? != under {
            return Err(NotDone::Overtaken);
        }
        if approved(&mut tx, at).await?.len() >= MOST {
            return Err(NotDone::TooMany);
        }
        sqlx::query!(
            "update exception set approved_by = $2, approver = $3, approved_at = $4 where number = $1",
            number,
            by.id.as_uuid(),
            by.name,
            at.to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
        note(&mut tx, ExceptionDeedKind::Approved, number, by, at).await?;
        let exception = one(&mut tx, number).await?;
        tx.commit().await?;
        Ok(exception)
    }

    /// Notes that somebody takes an exception back, or what is asked for. Who does so once more changes nothing.
    ///
    /// # Errors
    ///
    /// When there is no such exception, or the database fails.
    pub async fn take_back(
        &self,
        number: i64,
        by: &Actor,
        at: Timestamp,
    ) -> Result<Exception, NotDone> {
        let mut tx = database::begin(&self.pool).await?;
        alone(&mut tx).await?;
        let taken = sqlx::query!(
            "update exception set taken_back_by = $2, taker = $3, taken_back_at = $4
             where number = $1 and taken_back_by is null",
            number,
            by.id.as_uuid(),
            by.name,
            at.to_sqlx() as _,
        );
        let is_new = taken.execute(&mut *tx).await?.rows_affected() > 0;
        if is_new {
            note(&mut tx, ExceptionDeedKind::TakenBack, number, by, at).await?;
        }
        let exception = one(&mut tx, number).await?;
        tx.commit().await?;
        Ok(exception)
    }

    /// An exception.
    ///
    /// # Errors
    ///
    /// When there is none of this number, or the database fails.
    pub async fn one(&self, number: i64) -> Result<Exception, NotDone> {
        one(&mut *self.pool.acquire().await?, number).await
    }

    /// So many before this one, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(&self, before: Option<i64>, limit: usize) -> sqlx::Result<Vec<Exception>> {
        let rows = sqlx::query_as!(
            Row,
            "select number, subject_type, subject, action, resource_type, resource, reason, until, asked_by, asker, asked_at,
                    approved_by, approver, approved_at, taken_back_by, taker, taken_back_at
             from exception where $1::bigint is null or number < $1 order by number desc limit $2",
            before,
            count(limit),
        );
        let rows = rows.fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(Exception::from).collect())
    }

    /// So much of what was done before this deed, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn deeds(
        &self,
        before: Option<i64>,
        limit: usize,
    ) -> sqlx::Result<Vec<ExceptionDeed>> {
        let rows = sqlx::query!(
            "select number, kind, exception, user_id, name, at from exception_deed
             where $1::bigint is null or number < $1 order by number desc limit $2",
            before,
            count(limit),
        );
        let rows = rows.fetch_all(&self.pool).await?.into_iter();
        let deeds = rows.map(|row| {
            let mut kinds = ExceptionDeedKind::ALL.into_iter();
            let kind = kinds.find(|kind| kind.name() == row.kind);
            Ok(ExceptionDeed {
                number: row.number,
                kind: kind.ok_or_else(|| sqlx::Error::Decode(row.kind.into()))?,
                exception: row.exception,
                signed: signed(row.user_id, row.name, row.at),
            })
        });
        deeds.collect()
    }
}

/// What was done last with any of them; 0, if nothing was.
pub(super) async fn last(db: &mut PgConnection) -> sqlx::Result<i64> {
    let last =
        sqlx::query_scalar!(r#"select coalesce(max(number), 0) as "last!" from exception_deed"#);
    last.fetch_one(db).await
}

/// Those that were approved, and count or may count again.
pub(super) async fn remembered(
    db: &mut PgConnection,
    now: Timestamp,
) -> sqlx::Result<Vec<Exception>> {
    approved(db, now.saturating_sub(REMEMBERED).unwrap_or(now)).await
}

async fn approved(db: &mut PgConnection, after: Timestamp) -> sqlx::Result<Vec<Exception>> {
    let rows = sqlx::query_as!(
        Row,
        "select number, subject_type, subject, action, resource_type, resource, reason, until, asked_by, asker, asked_at,
                approved_by, approver, approved_at, taken_back_by, taker, taken_back_at
         from exception where approved_by is not null and taken_back_by is null and until > $1 order by number",
        after.to_sqlx() as _,
    );
    let rows = rows.fetch_all(db).await?;
    Ok(rows.into_iter().map(Exception::from).collect())
}

async fn one(db: &mut PgConnection, number: i64) -> Result<Exception, NotDone> {
    let row = sqlx::query_as!(
        Row,
        "select number, subject_type, subject, action, resource_type, resource, reason, until, asked_by, asker, asked_at,
                approved_by, approver, approved_at, taken_back_by, taker, taken_back_at
         from exception where number = $1",
        number,
    );
    let row = row.fetch_optional(db).await?;
    row.map(Exception::from).ok_or(NotDone::Unknown)
}

async fn note(
    db: &mut PgConnection,
    kind: ExceptionDeedKind,
    exception: i64,
    by: &Actor,
    at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into exception_deed (kind, exception, user_id, name, at) values ($1, $2, $3, $4, $5)",
        kind.name(),
        exception,
        by.id.as_uuid(),
        by.name,
        at.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
