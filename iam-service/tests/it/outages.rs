//! What is said when the database does not do it.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::callers::{ADA, slug};
use crate::service::Service;

/// How a service, and a person, are answered.
async fn answers(
    service: &Service,
    (token, link): (&str, &str),
) -> anyhow::Result<((u16, String), StatusCode)> {
    let problem = service.call(token, Method::GET, "/users", None).await?;
    let page = service.http.get(link).send().await?;
    let (status, slug) = slug(&problem);
    Ok(((status, slug.to_owned()), page.status()))
}

#[tokio::test]
async fn an_outage_passes_and_a_mistake_of_ours_does_not() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let token = service.signed_in_administrator().await?;
    let invitation = json!({ "email": ADA, "name": "Ada" });
    service
        .call(&token, Method::POST, "/invitations", Some(invitation))
        .await?;
    let link = service.newest_link(ADA).await?;
    let caller = (token.as_str(), link.as_str());
    let pool = service.database.pool();

    sqlx::query("alter table users rename to people")
        .execute(pool)
        .await?;
    sqlx::query("alter table links rename to letters")
        .execute(pool)
        .await?;
    let (problem, page) = answers(&service, caller).await?;
    assert_eq!(problem, (500, "internal".to_owned()));
    assert_eq!(page, StatusCode::INTERNAL_SERVER_ERROR);

    pool.close().await;
    let (problem, page) = answers(&service, caller).await?;
    assert_eq!(problem, (503, "unavailable".to_owned()));
    assert_eq!(page, StatusCode::SERVICE_UNAVAILABLE);
    Ok(())
}
