//! Users whom a service hires or an administrator invites.

use reqwest::Method;
use serde_json::{Value, json};

use crate::callers::{ADA, slug};
use crate::service::Service;

#[tokio::test]
async fn hiring_finds_or_creates_a_user() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let machine = service
        .machine_token("customer-service", "iam-service")
        .await?;
    let body = json!({ "email": ADA, "name": "Ada" });
    let created = service
        .call(&machine, Method::POST, "/users", Some(body.clone()))
        .await?;
    let found = service
        .call(&machine, Method::POST, "/users", Some(body))
        .await?;
    assert_eq!((created.status.as_u16(), found.status.as_u16()), (201, 200));
    assert_eq!(created.body, found.body);
    assert_eq!(
        service.mail_to(ADA).await?.len(),
        2,
        "a link at every hiring"
    );

    service
        .set_password(&service.newest_link(ADA).await?, crate::service::PASSWORD)
        .await?;
    let body = json!({ "email": " ADA@example.com", "name": "Somebody Else" });
    let known = service
        .call(&machine, Method::POST, "/users", Some(body))
        .await?;
    assert_eq!(known.body, created.body, "the caller sees no difference");
    assert_eq!(
        service.mail_to(ADA).await?.len(),
        2,
        "who has a password is sent none"
    );
    Ok(())
}

#[tokio::test]
async fn hiring_the_same_person_twice_at_once_makes_one_user() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let machine = service
        .machine_token("customer-service", "iam-service")
        .await?;
    let body = json!({ "email": ADA, "name": "Ada" });
    let hire = || service.call(&machine, Method::POST, "/users", Some(body.clone()));
    let replies = futures::future::try_join_all((0..8).map(|_| hire())).await?;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 201).count(),
        1
    );
    assert!(
        replies
            .iter()
            .all(|reply| reply.body["id"] == replies[0].body["id"])
    );
    Ok(())
}

#[tokio::test]
async fn a_machine_needs_the_scope_and_never_sets_a_role() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let body = json!({ "email": ADA, "name": "Ada" });
    let reader = service
        .machine_token("security-system-service", "iam-service")
        .await?;
    let refused = service
        .call(&reader, Method::POST, "/users", Some(body.clone()))
        .await?;
    assert_eq!(slug(&refused), (403, "insufficient-scope"));
    let person = service.signed_in_administrator().await?;
    assert_eq!(
        service
            .call(&person, Method::POST, "/users", Some(body))
            .await?
            .status,
        401,
        "a person's token"
    );

    let writer = service
        .machine_token("customer-service", "iam-service")
        .await?;
    let with_role = json!({ "email": ADA, "name": "Ada", "roles": ["REALGUARDIO_ADMINISTRATOR"] });
    assert_eq!(
        service
            .call(&writer, Method::POST, "/users", Some(with_role.clone()))
            .await?
            .status,
        422
    );
    assert_eq!(
        service
            .call(&writer, Method::POST, "/invitations", Some(with_role))
            .await?
            .status,
        401
    );
    for body in [
        json!({ "email": "no address", "name": "Ada" }),
        json!({ "email": ADA, "name": "" }),
        json!({ "email": "a@b\u{0}", "name": "A" }),
    ] {
        assert_eq!(
            slug(
                &service
                    .call(&writer, Method::POST, "/users", Some(body))
                    .await?
            ),
            (422, "invalid")
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_invitation_is_sent_once_however_often_it_is_asked_for() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let administrator = service.signed_in_administrator().await?;
    let body =
        json!({ "email": ADA, "name": "Ada", "roles": ["REALGUARDIO_POLICY_ADMINISTRATOR"] });
    let invite = async |body: &Value| -> anyhow::Result<(u16, Option<String>, Value)> {
        let request = service
            .post("/invitations")
            .bearer_auth(&administrator)
            .json(body);
        let response = request.header("idempotency-key", "the key").send().await?;
        let header = response
            .headers()
            .get("consistency-token")
            .map(|value| value.to_str().map(ToOwned::to_owned));
        Ok((
            response.status().as_u16(),
            header.transpose()?,
            response.json().await?,
        ))
    };
    let first = invite(&body).await?;
    assert_eq!((first.0, &first.2["email"]), (201, &json!(ADA)));
    assert!(
        first
            .1
            .as_deref()
            .is_some_and(|token| token.starts_with("iam-service=\"1:"))
    );
    assert_eq!(invite(&body).await?, first);
    assert_eq!(service.mail_to(ADA).await?.len(), 1);
    let other = invite(&json!({ "email": "ben@example.com", "name": "Ben" })).await?;
    assert_eq!(other.0, 422);
    Ok(())
}
