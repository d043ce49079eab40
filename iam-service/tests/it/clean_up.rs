//! Nothing stays that nobody can use.

use std::sync::Arc;

use iam_service::app::CleanUp;
use jiff::SignedDuration;

use crate::service::Service;

#[tokio::test]
async fn expired_data_is_deleted_and_nothing_else() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user("ada@example.com", "Ada").await?;
    service.hire("new@example.com").await?;
    service.tokens("ada@example.com").await?;
    service.code("ada@example.com").await?;
    service
        .browser()
        .sign_in("/sign-in", "ada@example.com", "not the password")
        .await?;
    service.clean_up().await?;
    let live = rows(&service).await?;
    assert_eq!(
        live,
        [
            ("codes", 2),
            ("devices", 3),
            ("families", 1),
            ("links", 1),
            ("mail", 2),
            ("sessions", 2),
            ("throttles", 5),
            ("users", 2)
        ]
    );

    service.clock.advance(SignedDuration::from_hours(91 * 24));
    service.clean_up().await?;
    let left = rows(&service).await?;
    assert_eq!(
        left,
        [
            ("codes", 0),
            ("devices", 0),
            ("families", 0),
            ("links", 0),
            ("mail", 0),
            ("sessions", 0),
            ("throttles", 0),
            ("users", 2)
        ]
    );
    Ok(())
}

#[tokio::test]
async fn however_much_has_expired_little_is_deleted_at_once() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let guesses = "insert into throttles (target, origin, failures, last_at)
         select 'account ' || n, '', 1, '2026-01-01T00:00:00Z' from generate_series(1, 1200) n";
    sqlx::query(guesses)
        .execute(service.database.pool())
        .await?;
    let worker = CleanUp {
        app: Arc::clone(&service.app),
    };
    let mut left = Vec::new();
    while worker.step().await?.worked() {
        let count = sqlx::query_scalar::<_, i64>("select count(*) from throttles");
        left.push(count.fetch_one(service.database.pool()).await?);
    }
    assert_eq!(left, [700, 200, 0]);
    Ok(())
}

async fn rows(service: &Service) -> anyhow::Result<Vec<(&'static str, i64)>> {
    let mut rows = Vec::new();
    for (table, count) in [
        ("codes", "select count(*) from codes"),
        ("devices", "select count(*) from devices"),
        ("families", "select count(*) from families"),
        ("links", "select count(*) from links"),
        ("mail", "select count(*) from mail"),
        ("sessions", "select count(*) from sessions"),
        ("throttles", "select count(*) from throttles"),
        ("users", "select count(*) from users"),
    ] {
        rows.push((
            table,
            sqlx::query_scalar(count)
                .fetch_one(service.database.pool())
                .await?,
        ));
    }
    Ok(rows)
}
