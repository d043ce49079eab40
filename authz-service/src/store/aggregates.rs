//! What the owners of facts have said, in Postgres.

use std::collections::BTreeMap;

use jiff::Timestamp;
use outbox::{Event, Position};
use pdp::Source;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{document, exceptions, versions};
use crate::domain::{Active, Exception, Kind, State};

/// How far what is kept of a source has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Which filling of it is read.
    pub generation: i64,
    /// Everything up to here is in effect.
    pub position: Position,
    /// The newest moment of which everything is.
    pub fresh_at: Option<Timestamp>,
}

/// A message that could not be applied: its aggregate is not known any more, and others may be concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// What it is about, if it says so.
    pub id: Option<Uuid>,
    /// The users whom it may concern.
    pub users: Vec<Uuid>,
    /// The organizations.
    pub organizations: Vec<Uuid>,
    /// The locations.
    pub locations: Vec<Uuid>,
    /// Whether those were read. If not, it may concern everybody.
    pub legible: bool,
}

/// The state of an aggregate; nothing, if it is gone.
pub type Kept = (Kind, Uuid, Option<State>);

/// What is kept at one instant: all of it, or what has changed.
#[derive(Debug)]
pub struct News {
    /// The files of the version of the policies that is asked, if another one was seen last, and this is not the one that is shipped.
    pub policies: Option<Vec<Source>>,
    /// Each source, and how far it has come.
    pub reached: BTreeMap<String, Reached>,
    /// Exceptions that were approved, if anything was done with one since.
    pub exceptions: Option<Vec<Exception>>,
    /// The instant after which all of this was read.
    pub at: Timestamp,
    /// States, in the order of their changes.
    pub kept: Vec<Kept>,
    /// Whether these are all that there are, and not only the latest.
    pub all: bool,
    /// What has now been seen.
    pub seen: Seen,
}

/// Why what is kept cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A state has another form than it was stored in.
    #[error("the state of {kind} {id} has no form: {cause}")]
    Form {
        /// Of what kind.
        kind: String,
        /// Of which.
        id: Uuid,
        /// What is wrong.
        cause: String,
    },
}

/// Keeps the state that an event tells, unless a later one was told; nothing, if it tells the end.
///
/// # Errors
///
/// When the database refuses.
pub async fn keep(
    db: &mut PgConnection,
    event: &Event,
    kind: Kind,
    state: Option<State>,
) -> anyhow::Result<()> {
    let state = state.map(document::write).transpose()?;
    sqlx::query!(
        "insert into aggregate as kept (kind, id, generation, epoch, version, state, change)
         values ($1, $2, $3, $4, $5, $6, nextval('change'))
         on conflict (id, kind, generation) do update
         set epoch = excluded.epoch, version = excluded.version, state = excluded.state, change = excluded.change
         where (kept.epoch, kept.version) < (excluded.epoch, excluded.version)",
        document::name(kind),
        event.id,
        event.generation,
        event.position.epoch,
        event.version,
        state,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes all rows of a generation: another has taken its place.
pub(crate) async fn discard(db: &mut PgConnection, generation: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from aggregate where generation = $1", generation)
        .execute(db)
        .await?;
    Ok(())
}

/// What is kept in a database.
#[derive(Debug, Clone)]
pub struct Aggregates {
    pool: PgPool,
}

/// What was seen last: under which policies, with this much parked, and for each filling that is read its last change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    active: Option<Active>,
    parked: Vec<Parked>,
    changes: BTreeMap<i64, i64>,
    /// What was done last with an exception.
    exceptions: i64,
}

impl Seen {
    /// Whether anything was seen.
    #[must_use]
    pub const fn is_something(&self) -> bool {
        self.active.is_some()
    }

    /// The version of the policies that is asked.
    #[must_use]
    pub fn active(&self) -> Active {
        self.active.unwrap_or_default()
    }

    /// What was done last with an exception, by its number; 0, if nothing was.
    #[must_use]
    pub const fn excepted(&self) -> i64 {
        self.exceptions
    }

    /// What could not be applied.
    #[must_use]
    pub fn parked(&self) -> &[Parked] {
        &self.parked
    }
}

impl Aggregates {
    /// In this database.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// What is kept now, as of one instant. If no filling was exchanged since `seen`, and nothing else is parked, what has changed
    /// since then is enough; else all of it is read.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub async fn news(&self, seen: &Seen, now: Timestamp) -> Result<News, Unread> {
        let one_instant = "begin isolation level repeatable read, read only";
        let mut tx = self.pool.begin_with(one_instant).await?;
        let reached = reached(&mut tx).await?;
        let parked = parked(&mut tx).await?;
        let generations = reached.values().map(|reached| reached.generation);
        let known = |generation: &i64| seen.changes.contains_key(generation);
        let all = generations.clone().count() != seen.changes.len()
            || !generations.clone().all(|generation| known(&generation))
            || parked != seen.parked;
        let after = |generation| match seen.changes.get(&generation) {
            Some(change) if !all => *change,
            _ => 0,
        };
        let mut after: BTreeMap<i64, i64> = generations.map(|of| (of, after(of))).collect();
        let kept = changes(&mut tx, &mut after).await?;
        let active = versions::active(&mut tx).await?;
        let policies = if seen.active == Some(active) || active.version == Active::SHIPPED {
            None
        } else {
            Some(versions::sources(&mut tx, active.version).await?)
        };
        let last = exceptions::last(&mut tx).await?;
        let exceptions = if seen.exceptions == last {
            None
        } else {
            Some(exceptions::remembered(&mut tx, now).await?)
        };
        tx.commit().await?;
        let seen = Seen {
            active: Some(active),
            parked,
            changes: after,
            exceptions: last,
        };
        Ok(News {
            policies,
            reached,
            exceptions,
            at: now,
            kept,
            all,
            seen,
        })
    }
}

async fn reached(db: &mut PgConnection) -> sqlx::Result<BTreeMap<String, Reached>> {
    let rows = sqlx::query!(
        "select source, generation, epoch, watermark, fresh_at from outbox.inbox where serving and epoch > 0"
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let reached = Reached {
            generation: row.generation,
            position: Position::new(row.epoch, row.watermark),
            fresh_at: row.fresh_at.map(jiff_sqlx::Timestamp::to_jiff),
        };
        (row.source, reached)
    });
    Ok(rows.collect())
}

/// What could not be applied, with what the last known state of its aggregate names.
async fn parked(db: &mut PgConnection) -> sqlx::Result<Vec<Parked>> {
    sqlx::query_as!(
        Parked,
        r#"select p.id, p.legible,
                  p.users || array_remove(array[(a.state ->> 'user')::uuid], null) as "users!",
                  p.organizations || array_remove(array[
                      (a.state -> 'is' ->> 'id')::uuid, (a.state ->> 'provider')::uuid, (a.state ->> 'customer')::uuid,
                      (a.state ->> 'dealer')::uuid, (a.state -> 'organization' ->> 'id')::uuid
                  ], null) as "organizations!",
                  p.locations || array_remove(array[case when a.kind = 'location' then a.id end], null) as "locations!"
           from outbox.parked p
           left join aggregate a on (a.id, a.generation) = (p.id, p.generation)
           where p.generation = outbox.generation(p.source)
           order by p.source, p.subject"#
    )
    .fetch_all(db)
    .await
}

/// The states that have changed after these changes, which move on; but for those of aggregates behind which a message is
/// parked: these are not known.
async fn changes(
    db: &mut PgConnection,
    after: &mut BTreeMap<i64, i64>,
) -> Result<Vec<Kept>, Unread> {
    let generations: Vec<i64> = after.keys().copied().collect();
    let seen: Vec<i64> = after.values().copied().collect();
    let rows = sqlx::query!(
        r#"select a.kind, a.id, a.generation, a.change,
                  case when not exists (select from outbox.parked p where (p.id, p.generation) = (a.id, a.generation))
                       then a.state end as state
           from unnest($1::bigint[], $2::bigint[]) as seen (generation, change)
           join aggregate a on a.generation = seen.generation and a.change > seen.change
           order by a.change"#,
        &generations,
        &seen,
    );
    let rows = rows.fetch_all(db).await?;
    for row in &rows {
        after.insert(row.generation, row.change);
    }
    let kept = rows
        .into_iter()
        .map(|row| kept(&row.kind, row.id, row.state));
    kept.collect()
}

fn kept(name: &str, id: Uuid, state: Option<Value>) -> Result<Kept, Unread> {
    let form = |cause: String| Unread::Form {
        kind: name.to_owned(),
        id,
        cause,
    };
    let kind = document::kind(name).ok_or_else(|| form("no such kind".to_owned()))?;
    let state = state.map(|state| document::read(kind, state)).transpose();
    Ok((kind, id, state.map_err(|error| form(error.to_string()))?))
}
