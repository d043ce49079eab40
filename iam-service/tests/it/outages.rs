//! What is said when the database does not do it.

use std::sync::Arc;
use std::time::Duration;

use iam_service::app::{Devices, Failure, SignIn, SignInError};
use iam_service::config::Rules;
use iam_service::domain::client::Clients;
use iam_service::domain::throttle::ACCOUNT_AT_ADDRESS;
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::callers::{ADA, slug};
use crate::guessing::{HOME, right};
use crate::service::{PASSWORD, Service, secrets};

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

#[tokio::test]
async fn who_comes_while_no_password_can_be_compared_has_not_failed() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let rules = Rules {
        secrets: secrets()?,
        issuer: service.iss().to_owned(),
        clients: Clients::default(),
        access_token_lifetime: SignedDuration::from_mins(3),
        passwords_at_once: 0,
        password_patience: Duration::ZERO,
    };
    let pool = service.database.pool().clone();
    let busy = iam_service::assemble(rules, pool, Arc::new(service.clock.clone()))?;
    for _ in 0..2 * ACCOUNT_AT_ADDRESS.free {
        let attempt = SignIn {
            email: ADA.to_owned(),
            password: PASSWORD.into(),
            address: HOME.parse()?,
            devices: Devices::default(),
            replaces: None,
            request: None,
        };
        let refused = busy.sign_in(attempt).await;
        let Err(SignInError::Failure(Failure::Busy)) = refused else {
            panic!("{refused:?}");
        };
    }
    assert_eq!(right(&mut service.browser().at(HOME), ADA).await?, 303);
    Ok(())
}
