//! What is kept: policies, facts and callers, as files; what the owners of facts have said, versions of the policies, and what was decided, in Postgres.

mod aggregates;
mod callers;
mod decisions;
mod document;
mod exceptions;
mod facts;
mod log;
mod not_done;
mod searches;
mod versions;

pub(crate) use aggregates::discard;
pub use aggregates::{Aggregates, Kept, News, Parked, Reached, Seen, keep};
pub use callers::callers;
pub use decisions::{DecisionLog, Filter, LoggedDecision, NewDecision, Place};
pub use exceptions::Exceptions;
pub use facts::facts;
pub use log::Log;
pub use not_done::NotDone;
pub use searches::{LoggedSearch, SearchLog};
pub use versions::{Files, Upload, Versions};

use std::path::Path;

use anyhow::Context as _;
use pdp::{Change, Engine, Policies, Source};
use sqlx::{PgConnection, PgPool};

/// The policies of RealGuardIO, as they are where nobody says otherwise.
const REALGUARDIO: [(&str, &str); 3] = [
    (
        "systems.cases.json",
        include_str!("../policies/systems.cases.json"),
    ),
    ("systems.cedar", include_str!("../policies/systems.cedar")),
    (
        "systems.cedarschema",
        include_str!("../policies/systems.cedarschema"),
    ),
];

/// The policies of a directory, or those of RealGuardIO.
///
/// # Errors
///
/// Everything that is wrong with them, each with its file and line.
pub fn policies(directory: Option<&Path>) -> anyhow::Result<Policies> {
    let Some(directory) = directory else {
        let files = REALGUARDIO.map(|(name, text)| (name.to_owned(), text.to_owned()));
        return Ok(Policies::new(&sources(files.into()))?);
    };
    Policies::read(directory).with_context(|| format!("policies in {}", directory.display()))
}

/// Files, as the engine takes them.
#[must_use]
pub fn sources(files: Files) -> Vec<Source> {
    let sources = files.into_iter().map(|(name, text)| Source { name, text });
    sources.collect()
}

/// Says what is in a directory, if nothing is wrong with it, nor with a file of facts beside it.
///
/// # Errors
///
/// Everything that is wrong, each with its file and line.
pub fn check(directory: &Path, file: Option<&Path>) -> anyhow::Result<String> {
    let policies = policies(Some(directory))?;
    let engine = Engine::new(&policies)?;
    if let Some(file) = file {
        let changes = facts(file)?.into_iter().map(Change::Add);
        let written = engine.write(changes);
        written.with_context(|| file.display().to_string())?;
    }
    let (count, cases) = (policies.cedar().policies().count(), policies.cases().len());
    let (known, version) = (engine.view().len(), policies.version());
    Ok(format!(
        "policies: {count}, cases passed: {cases}, facts: {known}, version {version}"
    ))
}

/// So many, as Postgres counts.
fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Has what follows in this transaction planned for the parameters that it is given: a condition that is not asked for is then
/// none, and an index that holds the page is found.
async fn planned_for_this(tx: &mut PgConnection) -> sqlx::Result<()> {
    let plan = "force_custom_plan";
    sqlx::query_scalar!("select set_config('plan_cache_mode', $1, true)", plan)
        .fetch_one(tx)
        .await?;
    Ok(())
}

/// Makes or updates the tables, as the owner of the database.
///
/// # Errors
///
/// When the database refuses.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    outbox::migrate(pool).await?;
    sqlx::migrate!().run(pool).await
}
