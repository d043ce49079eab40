//! A service that opens accounts: the least that has something to do only once.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use chassis::{
    http::Json,
    problem::{Problem, UNDECIDED},
};
use idempotency::{Error, Idempotency, IdempotencyKey, Mark};
use serde_json::{Value, json};
use sqlx::PgPool;
use testkit::{clock::TestClock, postgres::TestDatabase};
use tokio::sync::Notify;
use tower::ServiceExt as _;

/// The service and its database.
#[derive(Clone)]
pub(crate) struct Bank {
    pub(crate) clock: TestClock,
    database: Arc<TestDatabase>,
    idempotency: Idempotency,
    pause: Option<Pause>,
}

/// Stops each request in the middle until it may go on.
#[derive(Clone)]
struct Pause {
    entered: Arc<Notify>,
    go_on: Arc<Notify>,
}

/// What a client sees.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    body: Value,
}

impl Answer {
    /// Its status and the type of the problem.
    pub(crate) fn problem(&self) -> (u16, &str) {
        let slug = self.body["type"]
            .as_str()
            .and_then(|url| url.rsplit('/').next());
        (self.status.as_u16(), slug.unwrap_or("no problem"))
    }
}

impl Bank {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let database = TestDatabase::create(async |pool: &PgPool| {
            idempotency::migrate(pool).await?;
            sqlx::raw_sql(
                "create table account (number bigint generated always as identity, name text)",
            )
            .execute(pool)
            .await?;
            anyhow::Ok(())
        })
        .await?;
        Ok(Self {
            clock: TestClock::at("2026-01-05T12:00:00Z")?,
            idempotency: Idempotency::new(database.pool().clone()),
            database: Arc::new(database),
            pause: None,
        })
    }

    /// The same, but each request says when it has entered and waits before it goes on.
    pub(crate) fn pausing(self, entered: &Arc<Notify>, go_on: &Arc<Notify>) -> Self {
        let pause = Pause {
            entered: entered.clone(),
            go_on: go_on.clone(),
        };
        Self {
            pause: Some(pause),
            ..self
        }
    }

    /// Asks the service to open an account.
    pub(crate) async fn open(
        &self,
        caller: &str,
        path: &str,
        key: Option<&str>,
        name: &str,
    ) -> anyhow::Result<Answer> {
        let router = Router::new()
            .route("/accounts", post(open))
            .route("/other-accounts", post(open))
            .route("/branches/{branch}/accounts", post(open))
            .with_state(self.clone());
        let mut request = Request::post(path)
            .header("content-type", "application/json")
            .header("caller", caller);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Body::from(json!({ "name": name }).to_string()))?;
        let response = router.oneshot(request).await?;
        let status = response.status();
        let body = serde_json::from_slice(&to_bytes(response.into_body(), 4096).await?)?;
        Ok(Answer { status, body })
    }

    pub(crate) async fn accounts(&self) -> anyhow::Result<i64> {
        let count = sqlx::query_scalar("select count(*) from account");
        Ok(count.fetch_one(self.database.pool()).await?)
    }

    /// So many requests were carried out long ago.
    pub(crate) async fn did_long_ago(&self, count: i32) -> anyhow::Result<()> {
        let marks = "insert into idempotency.mark (caller, route, key, digest, created_at, leased_until, outcome)
             select 'ada', 'POST /accounts', 'old-' || n, sha256('{}'), '2026-01-01', '2026-01-01', '1'
             from generate_series(1, $1) n";
        sqlx::query(marks)
            .bind(count)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    /// Lets nobody delete a mark.
    pub(crate) async fn keep_marks(&self) -> anyhow::Result<()> {
        let guard = "create function refuse() returns trigger language plpgsql as
             $$ begin raise exception 'nothing is deleted'; end $$;
             create trigger refuse before delete on idempotency.mark for each row execute function refuse();";
        sqlx::raw_sql(guard).execute(self.database.pool()).await?;
        Ok(())
    }

    /// How many keys are stored.
    pub(crate) async fn marks(&self) -> anyhow::Result<i64> {
        let count = sqlx::query_scalar("select count(*) from idempotency.mark");
        Ok(count.fetch_one(self.database.pool()).await?)
    }

    /// Waits for the database to say that nobody holds a lease, by taking turns with who gives it up.
    pub(crate) async fn no_lease_left(&self) -> anyhow::Result<()> {
        let left = "select count(*) from idempotency.mark where outcome is null";
        while sqlx::query_scalar::<_, i64>(left)
            .fetch_one(self.database.pool())
            .await?
            > 0
        {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Does it, and remembers it, in one transaction.
    async fn insert(&self, name: &str, mark: &mut Mark) -> Result<i64, Problem> {
        if let Some(pause) = &self.pause {
            pause.entered.notify_one();
            pause.go_on.notified().await;
        }
        if name == "undecided" {
            return Err(Problem::new(&UNDECIDED));
        }
        let mut transaction = self.database.pool().begin().await.map_err(Error::from)?;
        let number = sqlx::query_scalar("insert into account (name) values ($1) returning number")
            .bind(name)
            .fetch_one(&mut *transaction)
            .await
            .map_err(Error::from)?;
        mark.finish(&mut transaction, &number).await?;
        transaction.commit().await.map_err(Error::from)?;
        Ok(number)
    }
}

async fn open(
    State(bank): State<Bank>,
    headers: HeaderMap,
    key: Option<IdempotencyKey>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Problem> {
    let caller = headers["caller"].to_str().map_err(Problem::internal)?;
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    let now = bank.clock.now();
    let number: i64 = bank
        .idempotency
        .run(caller, key.as_ref(), &body, now, async |mark| {
            bank.insert(&name, mark).await
        })
        .await?;
    Ok(Json(json!({ "number": number, "name": name })))
}
