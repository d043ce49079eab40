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
pub use log::Log;
pub use not_done::NotDone;
pub use searches::{LoggedSearch, SearchLog};
pub use versions::{Files, Upload, Versions};

use std::path::Path;

use anyhow::Context as _;
use pdp::{Engine, Policies, Source};
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

/// An engine that knows the policies of a directory, or those of RealGuardIO, and what a file says.
///
/// # Errors
///
/// Everything that is wrong with them; or what is with the file, which is damaged, or does not fit them.
pub fn engine(directory: Option<&Path>, file: Option<&Path>) -> anyhow::Result<Engine> {
    let engine = Engine::new(&policies(directory)?)?;
    if let Some(file) = file {
        facts::tell(&engine, file)?;
    }
    Ok(engine)
}

/// Writes the facts of a file into another, in the form that is read the quickest. Says how many there are.
///
/// # Errors
///
/// When they do not fit the policies of the directory, or cannot be written.
pub fn snapshot(directory: &Path, file: &Path, into: &Path) -> anyhow::Result<String> {
    let engine = engine(Some(directory), Some(file))?;
    let written = engine.save(into, "");
    written.with_context(|| format!("a snapshot in {}", into.display()))?;
    Ok(format!("facts: {}", engine.view().len()))
}

/// Says what is in a directory, if nothing is wrong with it, nor with a file of facts beside it.
///
/// # Errors
///
/// Everything that is wrong, each with its file and line.
pub fn check(directory: &Path, file: Option<&Path>) -> anyhow::Result<String> {
    let view = engine(Some(directory), file)?.view();
    let (policies, known) = (view.policies(), view.len());
    let (count, cases) = (policies.cedar().policies().count(), policies.cases().len());
    let version = policies.version();
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
