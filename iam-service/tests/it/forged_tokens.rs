//! Every route, and what is thrown at each that takes a token: forged ones, and a `Consistency-Token` of a database that
//! is no more.

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

/// The service, which believes the tokens of a mint.
async fn believing(mint: &Mint) -> anyhow::Result<(Service, Vec<Route>)> {
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
    let document = service.watch("/openapi.json").send().await?.json().await?;
    let routes = openapi::routes(&document)?;
    Ok((service, routes))
}

/// Who comes to a route, if not everybody does.
fn caller(route: &Route) -> Option<Kind> {
    match route.kind {
        openapi::Kind::Public => None,
        openapi::Kind::User => Some(Kind::User),
        openapi::Kind::Machine => Some(Kind::Machine("users:write")),
    }
}

#[tokio::test]
async fn no_forged_token_opens_anything() -> anyhow::Result<()> {
    let mint = Mint::start(TestClock::at("2026-01-05T09:00:00Z")?).await?;
    let (service, routes) = believing(&mint).await?;
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
        let Some(kind) = caller(&route) else {
            continue;
        };
        let genuine = kind.genuine(&mint, "iam-service").token();
        let genuine = send(&service, &route, &genuine, "").await?;
        let unauthorized = route.path == "/oauth2/userinfo"; // The genuine person has no session here.
        assert!(
            genuine != 401 || unauthorized,
            "{} {}",
            route.method,
            route.path
        );
        for forgery in forged::table(&mint, kind, "iam-service") {
            let status = send(&service, &route, &forgery.token, "").await?;
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

#[tokio::test]
async fn what_this_service_has_not_come_to_is_not_answered() -> anyhow::Result<()> {
    let mint = Mint::start(TestClock::at("2026-01-05T09:00:00Z")?).await?;
    let (service, routes) = believing(&mint).await?;
    for route in routes {
        let Some(kind) = caller(&route) else {
            continue;
        };
        let genuine = kind.genuine(&mint, "iam-service").token();
        for (token, status) in [(&*genuine, 503), ("", 401)] {
            let answer = send(&service, &route, token, r#"iam-service="9:9""#).await?;
            assert_eq!(answer, status, "{} {}", route.method, route.path);
        }
    }
    Ok(())
}

async fn send(
    service: &Service,
    route: &Route,
    token: &str,
    freshness: &str,
) -> anyhow::Result<u16> {
    let request = service
        .http
        .request(method(route)?, service.url(&path(route)))
        .json(&serde_json::json!({}));
    Ok(request
        .header("consistency-token", freshness)
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
