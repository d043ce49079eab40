//! Versions of the policies, in Postgres.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use pdp::Source;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{NotDone, count, exceptions};
use crate::domain::{Active, Actor, Approval, Deed, DeedKind, Signed, Version};

/// Texts of files, by their names.
pub type Files = BTreeMap<String, String>;

/// Policies that are to become a version.
#[derive(Debug)]
pub struct Upload {
    /// The digest of their files.
    pub digest: String,
    /// What they are for.
    pub note: String,
    /// The files.
    pub files: Files,
}

/// All versions but the one that is shipped.
#[derive(Debug, Clone)]
pub struct Versions {
    pool: PgPool,
}

struct Row {
    number: i64,
    digest: String,
    note: String,
    uploaded_by: Uuid,
    uploader: String,
    uploaded_at: jiff_sqlx::Timestamp,
    approved_by: Option<Uuid>,
    approver: Option<String>,
    approved_at: Option<jiff_sqlx::Timestamp>,
}

impl From<Row> for Version {
    fn from(row: Row) -> Self {
        let approved = row.approved_by.zip(row.approver).zip(row.approved_at);
        Self {
            number: row.number,
            digest: row.digest,
            note: row.note,
            uploaded: signed(row.uploaded_by, row.uploader, row.uploaded_at),
            approved: approved.map(|((by, name), at)| signed(by, name, at)),
        }
    }
}

pub(super) fn signed(by: Uuid, name: String, at: jiff_sqlx::Timestamp) -> Signed {
    Signed {
        by: Actor {
            id: by.into(),
            name,
        },
        at: at.to_jiff(),
    }
}

impl Versions {
    /// Those in this database.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Keeps what was uploaded as the next version.
    ///
    /// # Errors
    ///
    /// When the same files are a version already, or the database fails.
    pub async fn add(&self, upload: Upload, by: &Actor, at: Timestamp) -> Result<i64, NotDone> {
        let mut tx = database::begin(&self.pool).await?;
        let added = sqlx::query_scalar!(
            "insert into policy_version (digest, note, files, uploaded_by, uploader, uploaded_at) values ($1, $2, $3, $4, $5, $6)
             on conflict (digest) do nothing
             returning number",
            upload.digest,
            upload.note,
            Json(&upload.files) as _,
            by.id.as_uuid(),
            by.name,
            at.to_sqlx() as _,
        );
        let Some(number) = added.fetch_optional(&mut *tx).await? else {
            let same = sqlx::query_scalar!(
                "select number from policy_version where digest = $1",
                upload.digest
            );
            return Err(NotDone::Same(same.fetch_one(&mut *tx).await?));
        };
        let about = (number, &*upload.digest);
        note(&mut tx, DeedKind::Uploaded, about, by, at).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// So many versions before this one, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(&self, before: Option<i64>, limit: usize) -> sqlx::Result<Vec<Version>> {
        let rows = sqlx::query_as!(
            Row,
            "select number, digest, note, uploaded_by, uploader, uploaded_at, approved_by, approver, approved_at
             from policy_version where $1::bigint is null or number < $1
             order by number desc limit $2",
            before,
            count(limit),
        );
        let rows = rows.fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(Version::from).collect())
    }

    /// A version.
    ///
    /// # Errors
    ///
    /// When there is none of this number, or the database fails.
    pub async fn one(&self, number: i64) -> Result<Version, NotDone> {
        one(&self.pool, number).await
    }

    /// A version's files.
    ///
    /// # Errors
    ///
    /// When there is none of this number, or the database fails.
    pub async fn files(&self, number: i64) -> Result<Files, NotDone> {
        let mut connection = self.pool.acquire().await?;
        let files = files(&mut connection, number).await?;
        files.ok_or(NotDone::Unknown)
    }

    /// Notes that somebody approves a version, where approvals of up to some instant have expired. Who approves once more what is
    /// approved changes nothing.
    ///
    /// # Errors
    ///
    /// When there is no such version, when it is their own, or the database fails.
    pub async fn approve(
        &self,
        number: i64,
        by: &Actor,
        (at, expired): (Timestamp, Timestamp),
    ) -> Result<Version, NotDone> {
        let mut tx = database::begin(&self.pool).await?;
        let approved = sqlx::query!(
            "update policy_version set approved_by = $2, approver = $3, approved_at = $4
             where number = $1 and (approved_by is null or approved_at <= $5) and uploaded_by <> $2",
            number,
            by.id.as_uuid(),
            by.name,
            at.to_sqlx() as _,
            expired.to_sqlx() as _,
        );
        let is_new = approved.execute(&mut *tx).await?.rows_affected() > 0;
        let version = one(&mut *tx, number).await?;
        if version.uploaded.by.id == by.id {
            return Err(NotDone::Own);
        }
        if is_new {
            let about = (number, &*version.digest);
            note(&mut tx, DeedKind::Approved, about, by, at).await?;
        }
        tx.commit().await?;
        Ok(version)
    }

    /// Makes a version with these policies the one that is asked, if the one is that this expects, and with exceptions nothing
    /// was done since it was looked whether they fit. Approvals of up to some instant have expired: what was asked before needs none. Who
    /// promotes what is asked already changes nothing. Says which version is asked then.
    ///
    /// # Errors
    ///
    /// When there is no such version, it was not approved lately, another one is active than expected, or the database fails.
    pub async fn promote(
        &self,
        (number, digest): (i64, &str),
        (expected, excepted): (Option<i64>, i64),
        by: &Actor,
        (at, expired): (Timestamp, Timestamp),
    ) -> Result<Active, NotDone> {
        let mut tx = database::begin(&self.pool).await?;
        alone(&mut tx).await?;
        let active = active(&mut tx).await?;
        if expected.is_some_and(|expected| expected != active.since) {
            return Err(NotDone::Outdated);
        }
        if exceptions::last(&mut tx).await? != excepted {
            return Err(NotDone::Overtaken);
        }
        if number == active.version {
            return Ok(active);
        }
        let kind = if number == Active::SHIPPED || was_active(&mut tx, number).await? {
            DeedKind::RolledBack
        } else {
            match one(&mut *tx, number).await?.approval(expired) {
                Approval::Counts => DeedKind::Promoted,
                Approval::None => return Err(NotDone::Unapproved),
                Approval::Expired => return Err(NotDone::Expired),
            }
        };
        let since = note(&mut tx, kind, (number, digest), by, at).await?;
        tx.commit().await?;
        Ok(Active {
            since,
            version: number,
        })
    }

    /// Keeps policies that came with the service, for whoever reads later what was decided by them.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn keep_shipped(
        &self,
        digest: &str,
        files: &Files,
        at: Timestamp,
    ) -> sqlx::Result<()> {
        sqlx::query!(
            "insert into shipped_policies (digest, files, at) values ($1, $2, $3) on conflict (digest) do nothing",
            digest,
            Json(files) as _,
            at.to_sqlx() as _,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The files of the policies with this digest, whether they were uploaded or came with some version of the service; if
    /// they are kept.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn by_digest(&self, digest: &str) -> sqlx::Result<Option<Files>> {
        let files = sqlx::query_scalar!(
            r#"select files as "files!: Json<Files>" from policy_version where digest = $1
               union all select files from shipped_policies where digest = $1
               limit 1"#,
            digest,
        );
        let files = files.fetch_optional(&self.pool).await?;
        Ok(files.map(|Json(files)| files))
    }

    /// Which version is asked.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn active(&self) -> sqlx::Result<Active> {
        active(&mut *self.pool.acquire().await?).await
    }

    /// So much of what was done before this deed, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn deeds(&self, before: Option<i64>, limit: usize) -> sqlx::Result<Vec<Deed>> {
        let rows = sqlx::query!(
            "select number, kind, version, digest, user_id, name, at from policy_deed
             where $1::bigint is null or number < $1
             order by number desc limit $2",
            before,
            count(limit),
        );
        let rows = rows.fetch_all(&self.pool).await?.into_iter();
        let deeds = rows.map(|row| {
            let mut kinds = DeedKind::ALL.into_iter();
            let kind = kinds.find(|kind| kind.name() == row.kind);
            Ok(Deed {
                number: row.number,
                kind: kind.ok_or_else(|| sqlx::Error::Decode(row.kind.into()))?,
                version: row.version,
                digest: row.digest,
                signed: signed(row.user_id, row.name, row.at),
            })
        });
        deeds.collect()
    }
}

async fn one(db: impl sqlx::PgExecutor<'_>, number: i64) -> Result<Version, NotDone> {
    let row = sqlx::query_as!(
        Row,
        "select number, digest, note, uploaded_by, uploader, uploaded_at, approved_by, approver, approved_at
         from policy_version where number = $1",
        number,
    );
    let row = row.fetch_optional(db).await?;
    row.map(Version::from).ok_or(NotDone::Unknown)
}

/// A version's files, if there is one of this number.
async fn files(db: &mut PgConnection, number: i64) -> sqlx::Result<Option<Files>> {
    let files = sqlx::query_scalar!(
        r#"select files as "files: Json<Files>" from policy_version where number = $1"#,
        number,
    );
    let files = files.fetch_optional(db).await?;
    Ok(files.map(|Json(files)| files))
}

/// Which version is asked.
pub(super) async fn active(db: &mut PgConnection) -> sqlx::Result<Active> {
    let active = sqlx::query_as!(
        Active,
        "select number as since, version from policy_deed where kind in ('PROMOTED', 'ROLLED_BACK') order by number desc limit 1",
    );
    Ok(active.fetch_optional(db).await?.unwrap_or_default())
}

/// The files of a version that was promoted.
pub(super) async fn sources(db: &mut PgConnection, number: i64) -> sqlx::Result<Vec<Source>> {
    let files = files(db, number).await?;
    files.map(super::sources).ok_or(sqlx::Error::RowNotFound)
}

async fn was_active(db: &mut PgConnection, number: i64) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from policy_deed where kind in ('PROMOTED', 'ROLLED_BACK') and version = $1) as "found!""#,
        number,
    );
    found.fetch_one(db).await
}

/// Until the end of the transaction nobody else notes what changes what is asked: of two deeds the later has the higher number.
pub(super) async fn alone(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('authz-service policies'))")
        .execute(db)
        .await?;
    Ok(())
}

async fn note(
    db: &mut PgConnection,
    kind: DeedKind,
    (version, digest): (i64, &str),
    by: &Actor,
    at: Timestamp,
) -> sqlx::Result<i64> {
    let number = sqlx::query_scalar!(
        "insert into policy_deed (kind, version, digest, user_id, name, at) values ($1, $2, $3, $4, $5, $6) returning number",
        kind.name(),
        version,
        digest,
        by.id.as_uuid(),
        by.name,
        at.to_sqlx() as _,
    );
    number.fetch_one(db).await
}
