//! What is kept: policies, facts and callers, as files; what the owners of facts have said, in Postgres.

mod aggregates;
mod callers;
mod document;
mod facts;

pub(crate) use aggregates::discard;
pub use aggregates::{Aggregates, Kept, News, Parked, Reached, Seen, Unread, keep};
pub use callers::callers;
pub use facts::facts;

use std::path::Path;

use anyhow::Context as _;
use pdp::{Change, Engine, Policies, Source};
use sqlx::PgPool;

/// The policies of RealGuardIO, as they are where nobody says otherwise.
const REALGUARDIO: [(&str, &str); 3] = [
    (
        "systems.cases.json",
        include_str!("../../crates/pdp/examples/realguardio/systems.cases.json"),
    ),
    (
        "systems.cedar",
        include_str!("../../crates/pdp/examples/realguardio/systems.cedar"),
    ),
    (
        "systems.cedarschema",
        include_str!("../../crates/pdp/examples/realguardio/systems.cedarschema"),
    ),
];

/// The policies of a directory, or those of RealGuardIO.
///
/// # Errors
///
/// Everything that is wrong with them, each with its file and line.
pub fn policies(directory: Option<&Path>) -> anyhow::Result<Policies> {
    let Some(directory) = directory else {
        let source = |(name, text): (&str, &str)| Source {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        return Ok(Policies::new(&REALGUARDIO.map(source))?);
    };
    Policies::read(directory).with_context(|| format!("policies in {}", directory.display()))
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

/// Makes or updates the tables, as the owner of the database.
///
/// # Errors
///
/// When the database refuses.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    outbox::migrate(pool).await?;
    sqlx::migrate!().run(pool).await
}
