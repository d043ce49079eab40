//! Every route, and the table of forged tokens against each that takes a token.

use std::collections::BTreeSet;

use chassis::auth::VerifierSettings;
use chassis::openapi::{self, Route};
use reqwest::Method;
use testkit::clock::TestClock;
use testkit::forged::{self, Kind};
use testkit::mint::Mint;

use crate::service::{Options, Service};

/// Routes that take no token, each with the reason why.
const PUBLIC: &[&str] = &[
    // Anybody may read what this server is.
    "getAuthorizationServerMetadata",
    "getKeys",
    "getOpenIdConfiguration",
    "getStylesheet",
    // Clients prove themselves by their secret: see `code_flow`, `introspection`.
    "introspectToken",
    "issueToken",
    "revokeToken",
    // People prove themselves by password, session cookie or link: see `sign_in`, `code_flow`, `links`, `logout`.
    "authorize",
    "authorizeByForm",
    "endSession",
    "endSessionByForm",
    "forgotPassword",
    "setPassword",
    "showForgotPassword",
    "showOneTimeLink",
    "showSignIn",
    "signIn",
    "signOut",
    // In a demonstration only: see `pages`.
    "showMailbox",
];

#[tokio::test]
async fn no_forged_token_opens_anything() -> anyhow::Result<()> {
    let clock = TestClock::at("2026-01-05T09:00:00Z")?;
    let mint = Mint::start(clock).await?;
    let verifier = VerifierSettings {
        issuer: mint.iss().to_owned(),
        jwks_url: mint.jwks_url()?,
        audience: "iam-service".to_owned(),
    };
    let service = Service::start_with(Options {
        verifier: Some(verifier),
        ..Options::default()
    })
    .await?;
    let routes = openapi::routes(&service.json("/openapi.json").await?)?;
    let public: BTreeSet<_> = routes
        .iter()
        .filter(|route| route.kind == openapi::Kind::Public)
        .map(|route| route.operation_id.as_str())
        .collect();
    assert_eq!(
        public,
        PUBLIC.iter().copied().collect(),
        "a route is public only if it is listed here"
    );

    for route in routes {
        let kind = match route.kind {
            openapi::Kind::Public => continue,
            openapi::Kind::User => Kind::User,
            openapi::Kind::Machine => Kind::Machine("users:write"),
        };
        let genuine = send(
            &service,
            &route,
            &kind.genuine(&mint, "iam-service").token(),
        )
        .await?;
        let unauthorized = route.path == "/oauth2/userinfo"; // The genuine person has no session here.
        assert!(
            genuine != 401 || unauthorized,
            "{} {}",
            route.method,
            route.path
        );
        for forgery in forged::table(&mint, kind, "iam-service") {
            let status = send(&service, &route, &forgery.token).await?;
            assert_eq!(
                status, forgery.status,
                "{} to {} {}",
                forgery.name, route.method, route.path
            );
        }
        let missing = service
            .http
            .request(method(&route)?, service.url(&path(&route)))
            .send()
            .await?;
        assert_eq!(missing.status(), 401);
        assert_eq!(missing.headers()["www-authenticate"], "Bearer");
    }
    Ok(())
}

async fn send(service: &Service, route: &Route, token: &str) -> anyhow::Result<u16> {
    let request = service
        .http
        .request(method(route)?, service.url(&path(route)))
        .json(&serde_json::json!({}));
    Ok(request
        .header("authorization", format!("Bearer {token}"))
        .send()
        .await?
        .status()
        .as_u16())
}

fn method(route: &Route) -> anyhow::Result<Method> {
    Ok(Method::from_bytes(route.method.as_bytes())?)
}

fn path(route: &Route) -> String {
    route.path.replace("{userId}", forged::PERSON)
}
