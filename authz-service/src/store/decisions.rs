//! What was decided, in Postgres.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::Json;

use super::{count, planned_for_this};

/// A decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggedDecision {
    /// When.
    pub at: Timestamp,
    /// Who asked.
    pub caller: String,
    /// The id of whoever wanted to do something.
    pub subject: String,
    /// What.
    pub action: String,
    /// The id of what they wanted to do it to.
    pub resource: String,
    /// The whole question.
    pub question: Value,
    /// `ALLOWED`, `DENIED` or `UNDECIDED`.
    pub outcome: String,
    /// The policies to which it is due.
    pub policies: Vec<String>,
    /// The digest of all policies that were asked.
    pub policy_version: String,
    /// The revision of the facts, in the instance that answered.
    pub revision: i64,
    /// How far the facts' sources had come: a consistency token.
    pub facts_at: String,
    /// How old the facts were at most, in milliseconds.
    pub facts_age_ms: i64,
    /// The facts that were read, as JSON: enough to answer once more.
    pub facts: Option<String>,
    /// Why it cannot be answered once more, where that is known already.
    pub not_replayable: Option<String>,
}

/// A decision that is to be kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewDecision {
    /// The decision.
    #[serde(flatten)]
    pub decision: LoggedDecision,
    /// Whether it allowed a change.
    pub allowed_change: bool,
}

/// Of the room for decisions, one part of so many is for those that allowed a change: nothing else pushes these out.
const FOR_CHANGES: i64 = 4;

/// A place in the log: a moment, and which of the decisions of that moment.
pub type Place = (Timestamp, i64);

/// Which decisions are looked for: those of which all of this is so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Who asked.
    pub caller: Option<String>,
    /// The id of whoever wanted to do something.
    pub subject: Option<String>,
    /// What.
    pub action: Option<String>,
    /// The id of what they wanted to do it to.
    pub resource: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
    /// The digest of the policies.
    pub policy_version: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

/// All decisions that are kept.
#[derive(Debug, Clone)]
pub struct DecisionLog {
    pool: PgPool,
}

struct Row {
    number: i64,
    at: jiff_sqlx::Timestamp,
    caller: String,
    subject: String,
    action: String,
    resource: String,
    question: Value,
    outcome: String,
    policies: Vec<String>,
    policy_version: String,
    revision: i64,
    facts_at: String,
    facts_age_ms: i64,
    facts: Option<String>,
    not_replayable: Option<String>,
}

impl From<Row> for (i64, LoggedDecision) {
    fn from(row: Row) -> Self {
        let decision = LoggedDecision {
            at: row.at.to_jiff(),
            caller: row.caller,
            subject: row.subject,
            action: row.action,
            resource: row.resource,
            question: row.question,
            outcome: row.outcome,
            policies: row.policies,
            policy_version: row.policy_version,
            revision: row.revision,
            facts_at: row.facts_at,
            facts_age_ms: row.facts_age_ms,
            facts: row.facts,
            not_replayable: row.not_replayable,
        };
        (row.number, decision)
    }
}

impl DecisionLog {
    /// Those in this database.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Keeps these.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn add(&self, decisions: &[NewDecision]) -> sqlx::Result<()> {
        sqlx::query!(
            "insert into decision (at, caller, subject, action, resource, question, outcome, policies, policy_version, revision,
                                   facts_at, facts_age_ms, facts, not_replayable, allowed_change)
             select at, caller, subject, action, resource, question, outcome, array(select jsonb_array_elements_text(policies)),
                    policy_version, revision, facts_at, facts_age_ms, facts::jsonb, not_replayable, allowed_change
             from jsonb_to_recordset($1) as added (at timestamptz, caller text, subject text, action text, resource text,
                      question jsonb, outcome text, policies jsonb, policy_version text, revision bigint, facts_at text,
                      facts_age_ms bigint, facts text, not_replayable text, allowed_change boolean)",
            Json(decisions) as _,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// So many of those that are looked for, before this place, the newest first; each with its number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(
        &self,
        filter: &Filter,
        before: Option<Place>,
        limit: usize,
    ) -> sqlx::Result<Vec<(i64, LoggedDecision)>> {
        let mut tx = database::begin(&self.pool).await?;
        planned_for_this(&mut tx).await?;
        let (at, number) = before.unzip();
        let rows = sqlx::query_file_as!(
            Row,
            "src/store/decisions/list.sql",
            at.map(ToSqlx::to_sqlx) as _,
            number,
            filter.caller.as_deref(),
            filter.subject.as_deref(),
            filter.action.as_deref(),
            filter.resource.as_deref(),
            filter.outcome.as_deref(),
            filter.policy_version.as_deref(),
            filter.from.map(ToSqlx::to_sqlx) as _,
            filter.until.map(ToSqlx::to_sqlx) as _,
            count(limit),
        );
        let rows = rows.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// A decision, if it is kept.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn one(&self, number: i64) -> sqlx::Result<Option<LoggedDecision>> {
        let row = sqlx::query_as!(
            Row,
            "select number, at, caller, subject, action, resource, question, outcome, policies, policy_version, revision, facts_at,
                    facts_age_ms, facts::text as facts, not_replayable
             from decision where number = $1",
            number,
        );
        let row = row.fetch_optional(&self.pool).await?;
        Ok(row.map(|row| <(i64, LoggedDecision)>::from(row).1))
    }

    /// The latest questions that were answered, each once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn questions(&self, limit: i64) -> sqlx::Result<Vec<Value>> {
        let questions = sqlx::query_scalar!(
            "select question from (
                 select question, max(number) as last from (
                     select question, number from decision where outcome <> 'UNDECIDED' order by number desc limit $1
                 ) as latest group by question
             ) as once order by last desc",
            limit,
        );
        questions.fetch_all(&self.pool).await
    }

    /// Removes those before this, so many at once at most. Says whether there may be more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget(&self, before: Timestamp, most: i64) -> sqlx::Result<bool> {
        let removed = sqlx::query!(
            "delete from decision where number in (select number from decision where at < $1 order by at limit $2)",
            before.to_sqlx() as _,
            most,
        );
        let removed = removed.execute(&self.pool).await?.rows_affected();
        Ok(i64::try_from(removed).is_ok_and(|removed| removed == most))
    }

    /// Removes the oldest, so many at once at most, until the others take no more than so many bytes: of those that allowed a
    /// change, and of the rest. Says how many.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn shrink(&self, bytes: i64, most: i64) -> sqlx::Result<u64> {
        let for_changes = bytes / FOR_CHANGES;
        let changes = self.shrink_part(true, for_changes, most).await?;
        let others = self.shrink_part(false, bytes - for_changes, most).await?;
        Ok(changes + others)
    }

    async fn shrink_part(&self, changes: bool, bytes: i64, most: i64) -> sqlx::Result<u64> {
        let removed = sqlx::query!(
            "with excess as materialized (
                 select case when $1::boolean then changes else others end - $2::bigint as bytes from log_size where log = 'DECISIONS'
             ), oldest as materialized (
                 select number, sum(bytes) over (order by at, number) - bytes as before from decision
                 where allowed_change = $1 and (select excess.bytes from excess) > 0
                 order by at, number limit $3
             )
             delete from decision using oldest, excess where decision.number = oldest.number and oldest.before < excess.bytes",
            changes,
            bytes,
            most,
        );
        Ok(removed.execute(&self.pool).await?.rows_affected())
    }
}
