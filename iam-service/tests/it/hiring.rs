//! Users whom a service hires or an administrator invites.

use iam_service::domain::throttle::{MAIL, MAIL_OF_HIRER};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::callers::{ADA, slug};
use crate::client::decode;
use crate::service::{HIRER, PASSWORD, Service};

/// Somebody to hire.
fn person(email: &str) -> Value {
    json!({ "email": email, "onBehalfOf": Uuid::from_u128(HIRER) })
}

#[tokio::test]
async fn hiring_finds_or_creates_a_user() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let machine = service
        .machine_token("customer-service", "iam-service")
        .await?;
    let body = person(ADA);
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
        .set_password(&service.newest_link(ADA).await?, PASSWORD)
        .await?;
    let body = person(" ADA@example.com");
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
    let body = person(ADA);
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
async fn who_is_hired_by_another_keeps_the_link_of_the_first() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let works = async |link: &str| anyhow::Ok(service.http.get(link).send().await?.status() == 200);
    service.hire_for(1, ADA).await?;
    let first = service.newest_link(ADA).await?;
    service.clock.advance(SignedDuration::from_hours(23));
    service.hire_for(2, ADA).await?;
    assert_eq!(service.newest_link(ADA).await?, first);
    assert!(works(&first).await?);
    service.clock.advance(SignedDuration::from_hours(23));
    assert!(
        works(&first).await?,
        "a day from the last mail that brought it"
    );
    service.clock.advance(SignedDuration::from_hours(1));
    assert!(!works(&first).await?);
    // Where none works any more, there is a new one. Like every other, it works once.
    service.hire_for(1, ADA).await?;
    let second = service.newest_link(ADA).await?;
    assert_ne!(second, first);
    assert!(!works(&first).await?);
    service.set_password(&second, PASSWORD).await?;
    assert!(!works(&second).await?);
    Ok(())
}

#[tokio::test]
async fn nobody_is_sent_too_much_by_whoever_hires() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let ada = service.hire_for(1, ADA).await?;
    for hirer in 0..u128::from(MAIL.free + 3) {
        let found = service.hire_for(hirer, ADA).await?;
        assert_eq!(found, ada, "and nobody is kept from hiring");
    }
    assert_eq!(service.mail_to(ADA).await?.len(), MAIL.free as usize);
    service.clock.advance(MAIL.longest);
    service.hire_for(1, ADA).await?;
    assert_eq!(service.mail_to(ADA).await?.len(), MAIL.free as usize + 1);
    Ok(())
}

#[tokio::test]
async fn nobody_has_everybody_written_to_by_hiring_them() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let hire = async |n: u32| {
        let email = format!("user{n}@example.com");
        service.hire_for(1, &email).await?;
        anyhow::Ok(service.mail_to(&email).await?.len())
    };
    for n in 0..MAIL_OF_HIRER.free {
        assert_eq!(hire(n).await?, 1);
    }
    assert_eq!(hire(MAIL_OF_HIRER.free).await?, 0);
    service.hire_for(2, ADA).await?;
    assert_eq!(service.mail_to(ADA).await?.len(), 1, "others' mail goes on");

    // Whoever has a password is sent none, and none is counted.
    service
        .set_password(&service.newest_link(ADA).await?, PASSWORD)
        .await?;
    for _ in 0..=MAIL_OF_HIRER.free {
        service.hire_for(3, ADA).await?;
    }
    service.hire_for(3, "ben@example.com").await?;
    assert_eq!(service.mail_to("ben@example.com").await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn whoever_is_hired_says_themselves_what_they_are_called() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.hire(ADA).await?;
    let link = service.newest_link(ADA).await?;
    let page = service.browser().get(&link).await?.body;
    let field = r#"<input id="name" name="name" autocomplete="name" value="ada" required"#;
    assert!(page.contains(field), "{page}");
    for none in [" ", "\u{202e}nimda", &"a".repeat(121)] {
        let choice = [("name", none), ("password", PASSWORD)];
        let refused = service.browser().post(&link, &choice).await?;
        assert_eq!(refused.status, 422, "{none}");
        let said = ["Your name is ", "Your name contains "];
        assert!(said.iter().any(|said| refused.body.contains(said)));
    }
    let choice = [("name", "Ada <b>"), ("password", "short")];
    let refused = service.browser().post(&link, &choice).await?;
    assert!(refused.body.contains("value=\"Ada &lt;b&gt;\""));
    let choice = [("name", " Ada Lovelace "), ("password", PASSWORD)];
    service.choose(&link, &choice).await?;
    let name = async || {
        let (_, claims) = decode(&service.access_token(ADA).await?)?;
        anyhow::Ok(claims["name"].clone())
    };
    assert_eq!(name().await?, "Ada Lovelace");

    // Whoever hires her next changes nothing, nor does a link for a forgotten password.
    service.hire(ADA).await?;
    let mut browser = service.browser();
    let csrf = browser.get("/forgot-password").await?.hidden("csrf")?;
    let fields = [("csrf", csrf.as_str()), ("email", ADA)];
    browser.post("/forgot-password", &fields).await?;
    let link = service.newest_link(ADA).await?;
    assert!(!browser.get(&link).await?.body.contains("Your name"));
    let choice = [("name", "Somebody Else"), ("password", PASSWORD)];
    service.choose(&link, &choice).await?;
    assert_eq!(name().await?, "Ada Lovelace");
    Ok(())
}

#[tokio::test]
async fn a_machine_needs_the_scope_and_never_sets_a_role() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let body = person(ADA);
    let reader = service
        .machine_token("security-system-service", "iam-service")
        .await?;
    let refused = service
        .call(&reader, Method::POST, "/users", Some(body.clone()))
        .await?;
    assert_eq!(slug(&refused), (403, "insufficient-scope"));
    let administrator = service.signed_in_administrator().await?;
    assert_eq!(
        service
            .call(&administrator, Method::POST, "/users", Some(body))
            .await?
            .status,
        401,
        "a person's token"
    );

    let writer = service
        .machine_token("customer-service", "iam-service")
        .await?;
    let mut with_role = person(ADA);
    with_role["roles"] = json!(["REALGUARDIO_ADMINISTRATOR"]);
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
    let mut named = person(ADA);
    named["name"] = json!("What others call her");
    for body in [
        person("no address"),
        person("a@b\u{0}"),
        json!({ "email": ADA }),
        named,
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
