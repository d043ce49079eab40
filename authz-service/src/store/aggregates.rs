//! What the owners of facts have said, in Postgres.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use outbox::{Event, Position};
use pdp::Source;
use serde::de::Error as _;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{document, versions};
use crate::domain::{Active, Key, Kind, Owner, State};

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
    /// The version of the policies that is asked.
    pub active: Active,
    /// Its files, if another one was seen last, and this is not the one that is shipped.
    pub policies: Option<Vec<Source>>,
    /// Each source, and how far it has come.
    pub reached: BTreeMap<String, Reached>,
    /// What could not be applied, or not read.
    pub parked: Vec<Parked>,
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
    pub async fn news(&self, seen: &Seen) -> sqlx::Result<News> {
        let one_instant = "begin isolation level repeatable read, read only";
        let mut tx = self.pool.begin_with(one_instant).await?;
        let reached = reached(&mut tx).await?;
        let parked = parked(&mut tx).await?;
        let incarnation = incarnation(&mut tx).await?;
        let fillings = fillings(&mut tx, &reached).await?;
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
        let policies = if same || active.version == 0 {
            None
        } else {
            Some(versions::sources(&mut tx, active.version).await?)
        };
        tx.commit().await?;
        let seen = Seen {
            active: Some(active),
            parked: parked.clone(),
            unread: unread.clone(),
            fillings,
            incarnation: Some(incarnation),
        };
        Ok(News {
            active,
            policies,
            reached,
            parked: parked.into_iter().chain(unread.into_values()).collect(),
            kept,
            all,
            set_back,
            seen,
        })
    }
}

impl Seen {
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

/// What is another where the database is: since when its server runs, and what it calls this database and the table. Whoever
/// restores a database, or has a standby take its place, changes one of them. After a mere restart everything is read
/// once more.
async fn incarnation(db: &mut PgConnection) -> sqlx::Result<String> {
    let incarnation = sqlx::query_scalar!(
        r#"select concat_ws(' ', extract(epoch from pg_postmaster_start_time()), d.oid, 'aggregate'::regclass::oid) as "incarnation!"
           from pg_database d where d.datname = current_database()"#
    );
    incarnation.fetch_one(db).await
}

/// How far the fillings that are read are.
async fn fillings(
    db: &mut PgConnection,
    reached: &BTreeMap<String, Reached>,
) -> sqlx::Result<BTreeMap<i64, Filled>> {
    let generations: Vec<i64> = reached.values().map(|it| it.generation).collect();
    let last = sqlx::query!(
        r#"select generation as "generation!",
                  (select coalesce(max(change), 0) from aggregate a where a.generation = of.generation) as "change!"
           from unnest($1::bigint[]) as of (generation)"#,
        &generations
    );
    let last = last.fetch_all(db).await?.into_iter();
    let last: BTreeMap<_, _> = last.map(|row| (row.generation, row.change)).collect();
    let fillings = reached.values().map(|reached| {
        let change = last.get(&reached.generation).copied().unwrap_or_default();
        let position = reached.position;
        (reached.generation, Filled { position, change })
    });
    Ok(fillings.collect())
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

/// Which row: its filling, its kind and its id.
type RowKey = (i64, String, Uuid);

/// A state as it is stored.
struct Row {
    generation: i64,
    owner: Owner,
    kind: String,
    id: Uuid,
    state: Option<Value>,
}

/// The states that have changed after these changes; but for those of aggregates behind which a message is parked: these are
/// not known.
async fn changes(
    db: &mut PgConnection,
    owners: &BTreeMap<i64, Owner>,
    after: &BTreeMap<i64, i64>,
) -> sqlx::Result<Vec<Row>> {
    let generations: Vec<i64> = after.keys().copied().collect();
    let seen: Vec<i64> = after.values().copied().collect();
    let rows = sqlx::query!(
        r#"select a.kind, a.id, a.generation,
                  case when not exists (select from outbox.parked p where (p.id, p.generation) = (a.id, a.generation))
                       then a.state end as state
           from unnest($1::bigint[], $2::bigint[]) as seen (generation, change)
           join aggregate a on a.generation = seen.generation and a.change > seen.change
           order by a.change"#,
        &generations,
        &seen,
    );
    let rows = rows.fetch_all(db).await?.into_iter();
    let rows = rows.filter_map(|row| {
        let owner = *owners.get(&row.generation)?;
        Some(Row {
            generation: row.generation,
            owner,
            kind: row.kind,
            id: row.id,
            state: row.state,
        })
    });
    Ok(rows.collect())
}

impl Row {
    /// What it says. One that cannot be read, since a newer instance wrote it, say, is as good as parked: nothing is known of
    /// its aggregate, whoever is named in it may be concerned, and the others are read.
    fn read(self, unread: &mut BTreeMap<RowKey, Parked>) -> Option<Kept> {
        let kind = document::kind(&self.kind);
        let state = self.state.as_ref();
        let read = match (kind, state) {
            (_, None) => Ok(None),
            (Some(kind), Some(state)) => document::read(kind, state).map(Some),
            (None, Some(_)) => Err(serde_json::Error::custom("no such kind")),
        };
        let row = (self.generation, self.kind, self.id);
        let state = match (read, state) {
            (Err(error), Some(state)) => {
                tracing::error!(kind = row.1, id = %row.2, %error, "a state is not understood");
                metrics::counter!("states_unread_total").increment(1);
                unread.insert(row, Parked::unread(self.id, state));
                None
            }
            (read, _) => {
                unread.remove(&row);
                read.unwrap_or_default()
            }
        };
        Some((Key::new(self.owner, kind?, self.id), state))
    }
}

impl Parked {
    /// A state that is not understood, and may concern whoever and whatever it names.
    fn unread(id: Uuid, state: &Value) -> Self {
        let mut named = BTreeSet::from([id]);
        name(state, &mut named);
        let named: Vec<_> = named.into_iter().collect();
        Self {
            id: Some(id),
            users: named.clone(),
            organizations: named.clone(),
            locations: named,
            legible: true,
        }
    }
}

/// All ids in a state, wherever they stand.
fn name(state: &Value, ids: &mut BTreeSet<Uuid>) {
    match state {
        Value::String(text) => ids.extend(text.parse::<Uuid>().ok()),
        Value::Array(items) => items.iter().for_each(|item| name(item, ids)),
        Value::Object(fields) => {
            ids.extend(fields.keys().filter_map(|key| key.parse::<Uuid>().ok()));
            fields.values().for_each(|field| name(field, ids));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
