//! Signing keys, and rotating them.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use iam_service::app::RotateError;
use jiff::SignedDuration;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::client::decode;
use crate::service::Service;

const ADA: &str = "ada@example.com";

async fn published(service: &Service) -> anyhow::Result<BTreeSet<String>> {
    let set = service.json("/oauth2/jwks").await?;
    let kids = set["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|key| key["kid"].as_str());
    Ok(kids.map(ToOwned::to_owned).collect())
}

fn kid(token: &str) -> anyhow::Result<String> {
    Ok(decode(token)?.0["kid"]
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

/// Whether a service believes the token right now.
async fn is_believed(service: &Service, token: &str) -> anyhow::Result<bool> {
    Ok(service
        .get("/oauth2/userinfo")
        .bearer_auth(token)
        .send()
        .await?
        .status()
        == 200)
}

#[tokio::test]
async fn keys_are_published_with_their_thumbprints_and_without_their_secrets() -> anyhow::Result<()>
{
    let service = Service::start().await?;
    let set = service.json("/oauth2/jwks").await?;
    let keys = set["keys"].as_array().cloned().unwrap_or_default();
    assert_eq!(keys.len(), 2, "the active and the next one");
    for key in keys {
        let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
        let members: BTreeSet<_> = key
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(
            members,
            ["alg", "crv", "kid", "kty", "use", "x", "y"].into()
        );
        let canonical = format!(
            r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#,
            text("x"),
            text("y")
        );
        assert_eq!(
            text("kid"),
            BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
        );
        assert_eq!(
            (text("alg"), text("use")),
            ("ES256".to_owned(), "sig".to_owned())
        );
    }
    Ok(())
}

#[tokio::test]
async fn keys_rotate_without_an_interruption() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let too_soon = service.app.rotate_keys().await;
    assert!(
        matches!(too_soon, Err(RotateError::TooSoon(at)) if at == service.clock.now() + SignedDuration::from_mins(10))
    );

    service.clock.advance(SignedDuration::from_mins(10));
    let before = published(&service).await?;
    let old = service.access_token(ADA).await?;
    assert!(is_believed(&service, &old).await?);
    let rotated = service.app.rotate_keys().await?;
    let new = service.access_token(ADA).await?;
    assert_eq!(kid(&new)?, rotated.active);
    assert!(
        before.contains(&rotated.active),
        "it was published before it signed"
    );
    assert!(is_believed(&service, &old).await? && is_believed(&service, &new).await?);
    let all: BTreeSet<_> = [kid(&old)?, rotated.active.clone(), rotated.next.clone()].into();
    assert_eq!(published(&service).await?, all);

    // After the last token under it has expired, the old key is gone.
    service.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(
        published(&service).await?,
        [rotated.active.clone(), rotated.next].into()
    );
    assert!(service.app.logout_hint(&old).await?.is_none());
    service.clean_up().await?;
    let again = service.app.rotate_keys().await?;
    assert_ne!(again.active, rotated.active);
    Ok(())
}

#[tokio::test]
async fn starting_again_makes_no_new_keys() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let before = published(&service).await?;
    tokio::try_join!(service.app.ensure_keys(), service.app.ensure_keys())?;
    assert_eq!(published(&service).await?, before);
    Ok(())
}

#[tokio::test]
async fn discovery_says_the_same_in_both_places() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let openid = service.json("/.well-known/openid-configuration").await?;
    assert_eq!(
        openid,
        service
            .json("/.well-known/oauth-authorization-server")
            .await?
    );
    assert_eq!(openid["issuer"], service.iss());
    assert_eq!(openid["jwks_uri"], service.url("/oauth2/jwks"));
    assert_eq!(
        openid["code_challenge_methods_supported"],
        serde_json::json!(["S256"])
    );
    assert_eq!(
        openid["authorization_response_iss_parameter_supported"],
        Value::Bool(true)
    );
    // The issuer is configuration: what a request calls this host changes nothing.
    let request = service
        .get("/.well-known/openid-configuration")
        .header("host", "evil.example");
    let document: Value = request.send().await?.json().await?;
    assert_eq!(document, openid);
    Ok(())
}
