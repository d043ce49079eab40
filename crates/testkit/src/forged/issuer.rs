//! What the issuer signed, but for something else.

use serde_json::{Value, json};

use super::{Forgery, Kind, PERSON};
use crate::mint::{Mint, Token};

/// Tokens that the issuer really signed, and that are good for something else or for nothing.
#[must_use]
pub fn by_the_issuer(mint: &Mint, kind: Kind, audience: &str) -> Vec<Forgery> {
    let good = || kind.genuine(mint, audience);
    let mut table = headers(&good);
    table.extend(audiences(&good));
    table.extend(times(&good));
    table.extend(duplicates(mint, kind, audience));
    table.extend(match kind {
        Kind::User => not_a_persons(mint, audience),
        Kind::Machine(scope) => not_a_machines(mint, audience, scope),
    });
    table
}

fn headers<'mint>(good: &impl Fn() -> Token<'mint>) -> Vec<Forgery> {
    let with = |name, value: Value| good().header(name, value).token();
    let oversize = good().claim("padding", "x".repeat(8 * 1024));
    vec![
        Forgery::new("ID token", with("typ", json!("JWT"))),
        Forgery::new("logout token", with("typ", json!("logout+jwt"))),
        Forgery::new("typ missing", with("typ", Value::Null)),
        Forgery::new("kid missing", with("kid", Value::Null)),
        Forgery::new("alg of another curve", with("alg", json!("ES384"))),
        Forgery::new("alg of another family", with("alg", json!("EdDSA"))),
        Forgery::new("oversize, though well signed", oversize.token()),
        Forgery::new("crit", with("crit", json!(["exp"]))),
        Forgery::new("b64", with("b64", json!(false))),
        Forgery::new(
            "jku, though well signed",
            with("jku", json!("https://forger.example/jwks")),
        ),
        Forgery::new(
            "x5u, though well signed",
            with("x5u", json!("https://forger.example/x5u")),
        ),
    ]
}

fn audiences<'mint>(good: &impl Fn() -> Token<'mint>) -> Vec<Forgery> {
    let aud = |value: Value| good().claim("aud", value).token();
    let iss = |value: Value| good().claim("iss", value).token();
    vec![
        Forgery::new("wrong audience", aud(json!("somebody-else"))),
        Forgery::new("wrong audiences", aud(json!(["somebody-else", "bff"]))),
        Forgery::new("audience missing", aud(Value::Null)),
        Forgery::new("audience empty", aud(json!([]))),
        Forgery::new(
            "audience of another type",
            aud(json!({ "0": "customer-service" })),
        ),
        Forgery::new("wrong issuer", iss(json!("https://forger.example"))),
        Forgery::new("issuer missing", iss(Value::Null)),
        Forgery::new("issuer empty", iss(json!(""))),
    ]
}

fn times<'mint>(good: &impl Fn() -> Token<'mint>) -> Vec<Forgery> {
    let now = good().issued_at();
    let at = |name, value: Value| good().claim(name, value).token();
    let ahead = good().claim("iat", now + 60).claim("nbf", now - 60);
    let lived = good().claim("iat", now - 600).claim("exp", now - 60);
    vec![
        Forgery::new("expired", lived.token()),
        Forgery::new("exp missing", at("exp", Value::Null)),
        Forgery::new("exp as text", at("exp", json!((now + 60).to_string()))),
        Forgery::new("exp before any time", at("exp", json!(i64::MIN))),
        Forgery::new("not yet valid", at("nbf", json!(now + 60))),
        Forgery::new("issued in the future", at("iat", json!(now + 60))),
        Forgery::new("issued in the future, for the past", ahead.token()),
        Forgery::new("iat missing", at("iat", Value::Null)),
        Forgery::new("issued before any time", at("iat", json!(i64::MIN))),
    ]
}

/// Two readers of the same token must not read different things.
fn duplicates(mint: &Mint, kind: Kind, audience: &str) -> Vec<Forgery> {
    let good = kind.genuine(mint, audience);
    let (header, claims) = (good.header_json(), good.claims_json());
    let twice = |json: &str, member: &str| json.replacen('{', &format!("{{{member},"), 1);
    let claim = |member: &str| mint.verbatim(&header, &twice(&claims, member));
    vec![
        Forgery::new("aud twice", claim(r#""aud":"somebody-else""#)),
        Forgery::new("exp twice", claim(r#""exp":1"#)),
        Forgery::new("sub twice", claim(r#""sub":"somebody-else""#)),
        Forgery::new(
            "alg twice",
            mint.verbatim(&twice(&header, r#""alg":"none""#), &claims),
        ),
        Forgery::new("header that is a list", mint.verbatim("[]", &claims)),
        Forgery::new("claims that are a list", mint.verbatim(&header, "[]")),
        Forgery::new("claims that are no JSON", mint.verbatim(&header, "{")),
    ]
}

fn not_a_persons(mint: &Mint, audience: &str) -> Vec<Forgery> {
    let with = |name, value: Value| mint.user(PERSON).claim(name, value).token();
    vec![
        Forgery::new(
            "machine token",
            mint.machine("forger", audience, "facts:read").token(),
        ),
        Forgery::new("userId missing", with("userId", Value::Null)),
        Forgery::new("userId that is none", with("userId", json!("admin"))),
        Forgery::new("session missing", with("sid", Value::Null)),
        Forgery::new("subject that is the client", with("sub", json!("bff"))),
    ]
}

fn not_a_machines(mint: &Mint, audience: &str, scope: &str) -> Vec<Forgery> {
    let with = |name, value: Value| {
        mint.machine("forger", audience, scope)
            .claim(name, value)
            .token()
    };
    vec![
        Forgery::new("user token", mint.user(PERSON).token()),
        Forgery::new(
            "user token with the scope",
            mint.user(PERSON).claim("scope", scope).token(),
        ),
        Forgery::new("userId in a machine's token", with("userId", json!(PERSON))),
        Forgery::new(
            "session in a machine's token",
            with("sid", json!("session")),
        ),
        Forgery::new(
            "subject that is not the client",
            with("sub", json!("somebody-else")),
        ),
        Forgery::new("several audiences", with("aud", json!([audience, "bff"]))),
    ]
}
