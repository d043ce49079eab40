//! A service's connections to its Postgres, and what it says without them: not *500, our mistake*,
//! but *503, try again*, and within the deadline of the request.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Error, PgPool, Postgres, Transaction};

/// The classes of SQLSTATE that pass: connection exceptions, rollbacks (the same may win next
/// time), too little of something, an operator's intervention; and the end of a transaction in which nothing was done for long.
const PASSING: [&str; 5] = ["08", "25P03", "40", "53", "57"];

/// Whether the database is out of service, or out of luck, so that the same may work in a moment.
/// Anything else is our mistake.
#[must_use]
pub fn is_outage(error: &Error) -> bool {
    match error {
        // Closing the connection instead of answering the first message is, to sqlx, a wrong answer.
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::PoolClosed => true,
        Error::Database(refused) => refused.code().is_some_and(|sqlstate| passes(&sqlstate)),
        _ => false,
    }
}

/// Whether a statement that was refused with `sqlstate` may be taken in a moment.
#[must_use]
pub fn passes(sqlstate: &str) -> bool {
    PASSING.iter().any(|class| sqlstate.starts_with(class))
}

/// Connections for a service whose requests may take as long as `deadline`. Whoever gets none, or
/// no answer, is told so while there is time to tell: four fifths of the deadline are for waiting.
/// Nothing is connected to yet.
///
/// # Errors
///
/// When the address is none.
pub fn connections(url: &SecretString, deadline: Duration) -> Result<PgPool, Error> {
    let patience = deadline * 4 / 5;
    let options: PgConnectOptions = url.expose_secret().parse()?;
    // Nothing that is asked here is so long that compiling it first would pay; and a plan that held for other
    // parameters holds for these: to make one takes as long as to do what it says, or longer.
    // Whoever is stopped in the middle of a transaction, or gone without a word, keeps nobody waiting for longer than
    // they would wait themselves: other instances wait for the rows that it has locked.
    let patience_ms = patience.as_millis().to_string();
    let options = options.options([
        ("statement_timeout", patience_ms.clone()),
        ("idle_in_transaction_session_timeout", patience_ms.clone()),
        ("tcp_user_timeout", patience_ms),
        ("jit", "off".to_owned()),
        ("plan_cache_mode", "force_generic_plan".to_owned()),
    ]);
    let pool = PgPoolOptions::new().acquire_timeout(patience);
    Ok(pool.connect_lazy_with(options))
}

/// Begins a transaction, which a drop rolls back.
///
/// A request that ends early, by its deadline or because its caller hung up, may end while its transaction begins. Of
/// such a transaction sqlx 0.9.0 does not know afterwards, and gives its connection to whoever comes next, who would read
/// what was so when it began, a revoked role for instance, or write what is never committed (launchbadge/sqlx#4385).
/// So it is begun apart from the request: who is gone by then has it rolled back as any other.
///
/// # Errors
///
/// When the database does not answer.
pub async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, Error> {
    begin_with(pool, "begin").await
}

/// [Begins](begin) a transaction by this statement: one that is of one instant, say.
///
/// # Errors
///
/// When the database does not answer, or the statement begins none.
pub async fn begin_with(
    pool: &PgPool,
    statement: &'static str,
) -> Result<Transaction<'static, Postgres>, Error> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    begun.await.map_err(|_| Error::WorkerCrashed)?
}

/// Commits a transaction.
///
/// A request that ends early, and a worker that is stopped, may end while its transaction is being committed: Postgres has done
/// it, and nobody here has heard of that. sqlx 0.9.0 takes such a transaction for open and rolls it back, of which Postgres
/// warns (*there is no transaction in progress*), and nobody can tell that from a warning of something that matters. So it is
/// committed apart from whoever asked, as it was [begun](begin).
///
/// # Errors
///
/// When the database does not say that it was.
pub async fn commit(transaction: Transaction<'static, Postgres>) -> Result<(), Error> {
    let committed = tokio::spawn(transaction.commit());
    committed.await.map_err(|_| Error::WorkerCrashed)?
}

/// Connects as the owner of the database at this address, and makes or updates its tables.
///
/// # Errors
///
/// When the address is none, or the database cannot be reached or refuses.
pub async fn migrate(
    url: &SecretString,
    migrate: impl AsyncFnOnce(&PgPool) -> Result<(), MigrateError>,
) -> Result<(), MigrateError> {
    let pool = PgPoolOptions::new().max_connections(1);
    let pool = pool.connect(url.expose_secret()).await?;
    migrate(&pool).await?;
    pool.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::Connection as _;
    use sqlx::PgConnection;
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn to_hang_up_at_once_is_an_outage() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.unwrap();
            // Read first, so that it ends in order and is not reset.
            let mut request = [0; 8];
            tokio::io::AsyncReadExt::read_exact(&mut client, &mut request)
                .await
                .unwrap();
        });
        let refused = PgConnection::connect(&format!("postgres://nobody@{address}/none")).await;
        server.await.unwrap();
        let error = refused.err().unwrap();
        assert!(is_outage(&error), "{error:?}");
    }
}
