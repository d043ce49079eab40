use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

use crate::ids;
use crate::trace::TraceContext;
use crate::{ConsistencyToken, Message, NotYet, Position};

/// Says `messages` to the world, if and when `tx` commits, and returns the position of the last.
///
/// Make it the **last** statement of the transaction. It takes the row lock of the outbox's head and
/// the transaction holds that until it ends: positions are handed out one transaction after the
/// other, in the order in which they commit, and a rollback gives its positions back. Whatever
/// follows makes every other writer wait.
///
/// `now` is the time of the events. It must have been read before this call: readers conclude that
/// whatever was committed before it has a lower position.
///
/// Without messages it returns the present position, for a write that found nothing to change.
///
/// # Errors
///
/// When the database refuses, a message too large for the broker included.
pub async fn append(
    tx: &mut Transaction<'_, Postgres>,
    now: Timestamp,
    messages: Vec<Message>,
) -> Result<Position, sqlx::Error> {
    let trace = TraceContext::current();
    let aggregates: Vec<&str> = messages.iter().map(|m| m.aggregate).collect();
    let aggregate_ids: Vec<Uuid> = messages.iter().map(|m| m.id).collect();
    let versions: Vec<i64> = messages.iter().map(|m| m.version).collect();
    let types: Vec<&str> = messages.iter().map(|m| m.event_type).collect();
    let users: Vec<String> = messages.iter().map(|m| ids::join(&m.users)).collect();
    let organizations: Vec<String> = messages
        .iter()
        .map(|m| ids::join(&m.organizations))
        .collect();
    let locations: Vec<String> = messages.iter().map(|m| ids::join(&m.locations)).collect();
    let states: Vec<_> = messages.into_iter().map(|m| m.state).collect();
    sqlx::query_as!(
        Position,
        r#"with head as (
               update outbox.head set position = position + cardinality($1::text[])
               returning epoch, position
           ), stored as (
               insert into outbox.message (epoch, position, aggregate, id, version, type, state,
                                           users, organizations, locations, at, traceparent, tracestate)
               select head.epoch, head.position - cardinality($1) + m.n, m.aggregate, m.id, m.version, m.type,
                      m.state, m.users, m.organizations, m.locations, $9, $10, $11
               from head, unnest($1, $2::uuid[], $3::bigint[], $4::text[], $5::jsonb[],
                                 $6::text[], $7::text[], $8::text[])
                    with ordinality as m (aggregate, id, version, type, state, users, organizations, locations, n)
           )
           select epoch, position from head"#,
        &aggregates as _,
        &aggregate_ids,
        &versions,
        &types as _,
        &states as _,
        &users,
        &organizations,
        &locations,
        now.to_sqlx() as _,
        trace.parent,
        trace.state,
    )
    .fetch_one(&mut **tx)
    .await
}

/// The position of the last message in this service's own outbox.
///
/// Read in the same repeatable-read transaction as the data of an answer, it is how fresh that
/// answer is: every commit up to it is visible there, and none after it.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn head(connection: &mut PgConnection) -> Result<Position, sqlx::Error> {
    sqlx::query_as!(Position, "select epoch, position from outbox.head")
        .fetch_one(connection)
        .await
}

/// Whether this service's own outbox has come as far as `token` asks of `own`, its name. It always has,
/// unless the token was given by a database that is no more, or made up.
///
/// # Errors
///
/// When it has not, or the database cannot be read.
pub async fn reached(pool: &PgPool, own: &str, token: &ConsistencyToken) -> Result<(), NotYet> {
    let reached = head(&mut *pool.acquire().await?).await?;
    match token.get(own) {
        Some(wanted) if wanted > reached => Err(NotYet::Behind {
            source_name: own.to_owned(),
            wanted,
            reached,
        }),
        _ => Ok(()),
    }
}
