//! What was decided, in Postgres.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::Json;

/// A decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
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
}

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
pub struct Decisions {
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
}

impl From<Row> for (i64, Decision) {
    fn from(row: Row) -> Self {
        let decision = Decision {
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
        };
        (row.number, decision)
    }
}

impl Decisions {
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
    pub async fn add(&self, decisions: &[Decision]) -> sqlx::Result<()> {
        sqlx::query!(
            "insert into decision (at, caller, subject, action, resource, question, outcome, policies, policy_version, revision,
                                   facts_at, facts_age_ms)
             select at, caller, subject, action, resource, question, outcome, array(select jsonb_array_elements_text(policies)),
                    policy_version, revision, facts_at, facts_age_ms
             from jsonb_to_recordset($1) as added (at timestamptz, caller text, subject text, action text, resource text,
                      question jsonb, outcome text, policies jsonb, policy_version text, revision bigint, facts_at text,
                      facts_age_ms bigint)",
            Json(decisions) as _,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// So many of those that are looked for, before this one, the newest first; each with its number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(
        &self,
        filter: &Filter,
        before: Option<i64>,
        limit: i64,
    ) -> sqlx::Result<Vec<(i64, Decision)>> {
        let rows = sqlx::query_as!(
            Row,
            "select number, at, caller, subject, action, resource, question, outcome, policies, policy_version, revision, facts_at,
                    facts_age_ms
             from decision
             where ($1::bigint is null or number < $1)
               and ($2::text is null or caller = $2)
               and ($3::text is null or subject = $3)
               and ($4::text is null or action = $4)
               and ($5::text is null or resource = $5)
               and ($6::text is null or outcome = $6)
               and ($7::text is null or policy_version = $7)
               and ($8::timestamptz is null or at >= $8)
               and ($9::timestamptz is null or at < $9)
             order by number desc limit $10",
            before,
            filter.caller.as_deref(),
            filter.subject.as_deref(),
            filter.action.as_deref(),
            filter.resource.as_deref(),
            filter.outcome.as_deref(),
            filter.policy_version.as_deref(),
            filter.from.map(ToSqlx::to_sqlx) as _,
            filter.until.map(ToSqlx::to_sqlx) as _,
            limit,
        );
        let rows = rows.fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(Into::into).collect())
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
}
