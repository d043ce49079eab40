//! States as they are stored, and those that are not understood.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::Error as _;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Kept, Parked};
use crate::domain::{Key, Owner};
use crate::store::document;

/// Which row: its filling, its kind and its id.
pub(super) type RowKey = (i64, String, Uuid);

/// A state as it is stored.
pub(super) struct Row {
    generation: i64,
    owner: Owner,
    kind: String,
    id: Uuid,
    state: Option<Value>,
}

/// The states that have changed after these changes; but for those of aggregates behind which a message is parked: these are
/// not known.
pub(super) async fn changes(
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
    pub(super) fn read(self, unread: &mut BTreeMap<RowKey, Parked>) -> Option<Kept> {
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
