//! Tokens that no service may believe, thrown at every route that any service lists.
//!
//! A route that does not say who it is for fails here, and so does one that takes no token and is not in
//! [`FOR_ANYBODY`]: nobody adds a route without deciding who may call it.

use std::collections::BTreeSet;

use chassis::openapi::{Kind, routes};
use testkit::{clock::TestClock, forged, mint::Mint};

use stories::house::{Alone, MONDAY_MORNING};

/// Routes for callers who have no token yet, because they are how one gets, checks or gives back a token, and
/// a person's pages. The browser's routes take a cookie instead; `bff` has tests of its own for those.
const FOR_ANYBODY: &[&str] = &[
    "GET /.well-known/authzen-configuration",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/openid-configuration",
    "GET /bff/callback",
    "GET /bff/events",
    "GET /bff/login",
    "GET /bff/session",
    "GET /bff/user",
    "GET /demo/mailbox",
    "GET /forgot-password",
    "GET /oauth2/authorize",
    "GET /oauth2/end-session",
    "GET /oauth2/jwks",
    "GET /one-time-links/{token}",
    "GET /sign-in",
    "GET /style.css",
    "POST /bff/backchannel-logout",
    "POST /bff/logout",
    "POST /forgot-password",
    "POST /oauth2/authorize",
    "POST /oauth2/end-session",
    "POST /oauth2/introspect",
    "POST /oauth2/revoke",
    "POST /oauth2/token",
    "POST /one-time-links/{token}",
    "POST /sign-in",
    "POST /sign-out",
];

#[tokio::test]
async fn no_route_of_any_service_believes_a_forged_token() -> anyhow::Result<()> {
    let mint = Mint::start(TestClock::at(MONDAY_MORNING)?).await?;
    let mut reached = 0;
    for service in Alone::all(&mint).await? {
        for kind in [forged::Kind::User, forged::Kind::Machine("any")] {
            let genuine = kind.genuine(&mint, service.name).token();
            let table = forged::table(&mint, kind, service.name);
            let thrown =
                forged::throw((&service.url, &service.document), kind, &genuine, &table).await?;
            assert_eq!(
                thrown.misses,
                expected_misses(service.name, kind),
                "{}",
                service.name
            );
            reached += thrown.routes.len();
        }
    }
    assert!(reached > 30, "only {reached} routes were found");
    Ok(())
}

/// The mint's token is genuine, but userinfo tells of the person's session too, and nobody signed in here.
fn expected_misses(service: &str, kind: forged::Kind) -> &'static [&'static str] {
    match (service, kind) {
        ("iam-service", forged::Kind::User) => &[
            "GET /oauth2/userinfo (getUserInfo) refuses a genuine token",
            "POST /oauth2/userinfo (postUserInfo) refuses a genuine token",
        ],
        _ => &[],
    }
}

#[tokio::test]
async fn a_route_takes_no_token_only_where_that_was_decided() -> anyhow::Result<()> {
    let mint = Mint::start(TestClock::at(MONDAY_MORNING)?).await?;
    let mut open = BTreeSet::new();
    for service in Alone::all(&mint).await? {
        for route in routes(&service.document)? {
            if route.kind == Kind::Public {
                open.insert(format!("{} {}", route.method, route.path));
            }
        }
    }
    let decided: BTreeSet<_> = FOR_ANYBODY
        .iter()
        .map(|route| (*route).to_owned())
        .collect();
    assert_eq!(open, decided);
    Ok(())
}
