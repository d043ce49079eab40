//! A program that asks its own service whether it is ready.

use axum::{Router, http::StatusCode, routing::get};
use chassis::{http::serve, program::probe};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A service that answers so when it is asked, and listens everywhere.
async fn answers(status: StatusCode) -> anyhow::Result<u16> {
    let listener = TcpListener::bind("0.0.0.0:0").await?;
    let port = listener.local_addr()?.port();
    let answer = get(async move || (status, "the database"));
    let router = Router::new().route("/health/ready", answer);
    tokio::spawn(serve(router, listener, CancellationToken::new()));
    Ok(port)
}

#[tokio::test]
async fn whoever_is_ready_is_well() -> anyhow::Result<()> {
    let port = answers(StatusCode::OK).await?;
    probe(([0, 0, 0, 0], port).into()).await
}

#[tokio::test]
async fn whoever_is_not_says_what_is_missing() -> anyhow::Result<()> {
    let port = answers(StatusCode::SERVICE_UNAVAILABLE).await?;
    let said = probe(([127, 0, 0, 1], port).into()).await.unwrap_err();
    assert!(said.to_string().contains("the database"), "{said}");
    Ok(())
}
