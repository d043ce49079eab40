//! Clients' own tokens: one audience, narrow scopes.

use serde_json::Value;

use crate::client::decode;
use crate::service::Service;

const CLIENT: &str = "security-system-service";

#[tokio::test]
async fn a_machine_token_is_for_one_service_and_names_no_user() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let form = [
        ("grant_type", "client_credentials"),
        ("resource", "customer-service"),
    ];
    let reply = service.post_as(CLIENT, "/oauth2/token", &form).await?;
    assert_eq!(reply.body["expires_in"], 900);
    assert_eq!(reply.body["scope"], "facts:read locations:reserve");
    assert!(reply.body["refresh_token"].is_null());
    let (header, claims) = decode(&reply.text("access_token"))?;
    assert_eq!(header["typ"], "at+jwt");
    assert_eq!(claims["aud"], "customer-service");
    assert_eq!(
        (&claims["sub"], &claims["client_id"]),
        (&Value::from(CLIENT), &Value::from(CLIENT))
    );
    for absent in ["userId", "sid", "roles", "auth_time"] {
        assert!(claims[absent].is_null(), "{absent}");
    }
    Ok(())
}

#[tokio::test]
async fn a_client_gets_what_it_is_registered_for_and_no_more() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let ask = async |client: &str, more: &[(&str, &str)]| {
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(more);
        service.post_as(client, "/oauth2/token", &form).await
    };
    let narrow = ask(
        CLIENT,
        &[("resource", "customer-service"), ("scope", "facts:read")],
    )
    .await?;
    assert_eq!(narrow.body["scope"], "facts:read");
    // A client of one service need not name it.
    assert_eq!(
        ask("customer-service", &[]).await?.body["scope"],
        "users:write"
    );

    for (client, more, error) in [
        (CLIENT, vec![], "invalid_target"),
        (CLIENT, vec![("resource", "bff")], "invalid_target"),
        (
            CLIENT,
            vec![
                ("resource", "customer-service"),
                ("resource", "iam-service"),
            ],
            "invalid_target",
        ),
        (
            CLIENT,
            vec![("resource", "customer-service"), ("scope", "users:read")],
            "invalid_scope",
        ),
        (
            CLIENT,
            vec![("resource", "customer-service"), ("scope", "facts:read  ")],
            "invalid_scope",
        ),
        (
            "app",
            vec![("resource", "iam-service")],
            "unauthorized_client",
        ),
    ] {
        assert_eq!(
            ask(client, &more).await?.error(),
            (400, error),
            "{client} {more:?}"
        );
    }
    let public = [
        ("grant_type", "client_credentials"),
        ("client_id", "realguardio-cli"),
    ];
    assert_eq!(
        service
            .post("/oauth2/token")
            .form(&public)
            .send()
            .await?
            .status(),
        400
    );
    Ok(())
}

#[tokio::test]
async fn no_other_grant_is_known() -> anyhow::Result<()> {
    let service = Service::start().await?;
    for grant in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
    ] {
        let form = [
            ("grant_type", grant),
            ("username", "ada@example.com"),
            ("password", "four quiet lamps"),
        ];
        assert_eq!(
            service
                .post_as("app", "/oauth2/token", &form)
                .await?
                .error(),
            (400, "unsupported_grant_type")
        );
    }
    assert_eq!(
        service.post_as("app", "/oauth2/token", &[]).await?.error(),
        (400, "invalid_request")
    );
    let json = service
        .post("/oauth2/token")
        .json(&serde_json::json!({}))
        .send()
        .await?;
    assert_eq!(json.status(), 415);
    Ok(())
}
