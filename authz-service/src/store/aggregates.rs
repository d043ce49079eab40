//! What the owners of facts have said, in Postgres.

mod rows;

use std::collections::BTreeMap;

use jiff::Timestamp;
use outbox::{Event, Position};
use pdp::Source;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use self::rows::{RowKey, changes};
use super::{document, exceptions, versions};
use crate::domain::{Active, Exception, Key, Kind, State};

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
pub type Kept = (Key, Option<State>);

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
    /// Whether what was seen before was of a past that the database does not know of any more: its numbers, also those of
    /// policies, may mean others now.
    pub set_back: bool,
    /// What has now been seen.
    pub seen: Seen,
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

/// Deletes so many rows of a generation, whose place another has taken, and says how many these were.
pub(crate) async fn discard(
    db: &mut PgConnection,
    generation: i64,
    most: i64,
) -> sqlx::Result<u64> {
    let discarded = sqlx::query!(
        "delete from aggregate
         where ctid = any (array(select ctid from aggregate where generation = $1 limit $2))",
        generation,
        most,
    );
    Ok(discarded.execute(db).await?.rows_affected())
}

/// What is kept in a database.
#[derive(Debug, Clone)]
pub struct Aggregates {
    pool: PgPool,
}

/// What was seen last: under which policies, with this much parked or not understood, for each filling that is read how far
/// it was, and in which incarnation of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    active: Option<Active>,
    parked: Vec<Parked>,
    /// States that this version of the service cannot read.
    unread: BTreeMap<RowKey, Parked>,
    fillings: BTreeMap<i64, Filled>,
    incarnation: Option<String>,
    /// What was done last with an exception.
    exceptions: i64,
}

/// How far a filling was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Filled {
    position: Position,
    change: i64,
}

impl Aggregates {
    /// In this database.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// What is kept now, as of one instant. If no filling was exchanged since `seen`, nothing else is parked and the database
    /// is still the one that was read, what has changed since then is enough; else all of it is read.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub async fn news(&self, seen: &Seen, now: Timestamp) -> sqlx::Result<News> {
        let one_instant = "begin isolation level repeatable read, read only";
        let mut tx = database::begin_with(&self.pool, one_instant).await?;
        let Standing {
            incarnation,
            reached,
            fillings,
        } = standing(&mut tx).await?;
        let parked = parked(&mut tx).await?;
        let set_back = seen.is_of_another_past(&incarnation, &fillings);
        let all = set_back || !seen.fillings.keys().eq(fillings.keys()) || parked != seen.parked;
        let after = |generation| match seen.fillings.get(generation) {
            Some(seen) if !all => seen.change,
            _ => 0,
        };
        let after: BTreeMap<i64, i64> = fillings.keys().map(|of| (*of, after(of))).collect();
        let owners = reached.iter().filter_map(|(source, reached)| {
            let owner = document::owner(source)?;
            Some((reached.generation, owner))
        });
        let changes = changes(&mut tx, &owners.collect(), &after).await?;
        let mut unread = if all {
            BTreeMap::new()
        } else {
            seen.unread.clone()
        };
        let kept = changes.into_iter().filter_map(|row| row.read(&mut unread));
        let kept = kept.collect();
        let active = versions::active(&mut tx).await?;
        let same = seen.active == Some(active) && !set_back;
        let policies = if same || active.version == Active::SHIPPED {
            None
        } else {
            Some(versions::sources(&mut tx, active.version).await?)
        };
        let last = exceptions::last(&mut tx).await?;
        let exceptions = if seen.exceptions == last && !set_back {
            None
        } else {
            Some(exceptions::remembered(&mut tx, now).await?)
        };
        tx.commit().await?;
        let seen = Seen {
            active: Some(active),
            parked,
            unread,
            fillings,
            incarnation: Some(incarnation),
            exceptions: last,
        };
        Ok(News {
            policies,
            reached,
            exceptions,
            at: now,
            kept,
            all,
            set_back,
            seen,
        })
    }
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

    /// What could not be applied, or not read.
    pub fn in_doubt(&self) -> impl Iterator<Item = &Parked> {
        self.parked.iter().chain(self.unread.values())
    }

    /// Whether what was seen may not have happened in this database: it was restored, or another has taken its place, and what
    /// was heard since has got numbers that had been given before.
    fn is_of_another_past(&self, incarnation: &str, fillings: &BTreeMap<i64, Filled>) -> bool {
        let seen = self.incarnation.as_deref();
        let mut both = fillings
            .iter()
            .filter_map(|(generation, now)| Some((self.fillings.get(generation)?, now)));
        seen.is_some_and(|seen| seen != incarnation)
            || both.any(|(seen, now)| now.position < seen.position || now.change < seen.change)
    }
}

/// Where what is kept stands.
#[derive(Debug, Default)]
struct Standing {
    /// What is another where the database is: since when its server runs, and what it calls this database and the table.
    /// Whoever restores a database, or has a standby take its place, changes one of them. After a mere restart everything is
    /// read once more.
    incarnation: String,
    /// Each source, and how far it has come.
    reached: BTreeMap<String, Reached>,
    /// How far the fillings are that are read.
    fillings: BTreeMap<i64, Filled>,
}

/// In one statement: it is asked at every look.
async fn standing(db: &mut PgConnection) -> sqlx::Result<Standing> {
    let rows = sqlx::query!(
        r#"select here.incarnation as "incarnation!", i.source as "source?", i.generation as "generation?",
                  i.epoch as "epoch?", i.watermark as "watermark?", i.fresh_at as "fresh_at?",
                  (select coalesce(max(a.change), 0) from aggregate a where a.generation = i.generation) as "change!"
           from (select concat_ws(' ', extract(epoch from pg_postmaster_start_time()), d.oid, 'aggregate'::regclass::oid)
                        as incarnation
                 from pg_database d where d.datname = current_database()) here
           left join outbox.inbox i on i.serving and i.epoch > 0"#
    );
    let mut standing = Standing::default();
    for row in rows.fetch_all(db).await? {
        standing.incarnation = row.incarnation;
        let position = row.epoch.zip(row.watermark);
        // Where there is no source yet, the database is told of all the same.
        let (Some(source), Some(generation), Some((epoch, watermark))) =
            (row.source, row.generation, position)
        else {
            continue;
        };
        let position = Position::new(epoch, watermark);
        let change = row.change;
        let fresh_at = row.fresh_at.map(jiff_sqlx::Timestamp::to_jiff);
        standing
            .fillings
            .insert(generation, Filled { position, change });
        let reached = Reached {
            generation,
            position,
            fresh_at,
        };
        standing.reached.insert(source, reached);
    }
    Ok(standing)
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
