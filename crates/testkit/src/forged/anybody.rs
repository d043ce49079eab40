//! What anybody can make of one good token and the published keys.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use p256::ecdsa::SigningKey;
use p256::elliptic_curve::Generate;
use serde_json::{Value, json};

use super::Forgery;
use crate::mint;

/// Forgeries by somebody who holds a good token and has seen the key that it was signed with.
#[must_use]
pub fn by_anybody(genuine: &str, jwk: &Value) -> Vec<Forgery> {
    let parts = Parts::of(genuine);
    let mut table = broken(genuine, &parts);
    table.extend(unsigned(&parts));
    table.extend(signed_with_public_key(&parts, jwk));
    table.extend(signed_with_own_key(&parts));
    table
}

/// A token's header and claims, and the signature as it travels.
struct Parts {
    header: Value,
    claims: Value,
    signature: String,
}

impl Parts {
    fn of(token: &str) -> Self {
        let mut parts = token.split('.');
        let mut next = || parts.next().unwrap_or_default();
        let json = |part: &str| {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
            serde_json::from_slice(&bytes).unwrap_or_default()
        };
        Self {
            header: json(next()),
            claims: json(next()),
            signature: next().to_owned(),
        }
    }

    /// The header with one member more, or another.
    fn header(&self, name: &str, value: impl Into<Value>) -> Value {
        let mut header = self.header.clone();
        header[name] = value.into();
        header
    }

    fn content(&self, header: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(header), part(&self.claims))
    }
}

/// The same token, damaged.
fn broken(genuine: &str, parts: &Parts) -> Vec<Forgery> {
    let (content, _) = genuine.rsplit_once('.').unwrap_or_default();
    let (header, claims) = content.split_once('.').unwrap_or_default();
    let signature = parts.signature.as_str();
    let promoted = BASE64_URL_SAFE_NO_PAD.encode(
        parts
            .claims
            .to_string()
            .replace("[]", r#"["REALGUARDIO_ADMINISTRATOR"]"#)
            .replace("forger", "customer-service"),
    );
    let truncated = &genuine[..genuine.len() - 8];
    let zeros = BASE64_URL_SAFE_NO_PAD.encode([0_u8; 64]);
    let ones = BASE64_URL_SAFE_NO_PAD.encode([0xff_u8; 64]);
    let padding = "x".repeat(9 * 1024);
    let padded = |part: &str| {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        BASE64_URL_SAFE.encode(bytes)
    };
    let unreadable = BASE64_STANDARD.encode([0xfb_u8, 0xff, 0xfe]);
    vec![
        Forgery::new("no token at all", "x"),
        Forgery::new("dots only", ".."),
        Forgery::new("four parts", format!("{genuine}.{signature}")),
        Forgery::new("two parts", content),
        Forgery::new(
            "claims changed after signing",
            format!("{header}.{promoted}.{signature}"),
        ),
        Forgery::new("signature cut short", truncated),
        Forgery::new("signature missing", format!("{content}.")),
        Forgery::new("signature of r = s = 0", format!("{content}.{zeros}")),
        Forgery::new(
            "signature past the curve's order",
            format!("{content}.{ones}"),
        ),
        Forgery::new(
            "signature padded",
            format!("{content}.{}", padded(signature)),
        ),
        Forgery::new(
            "header that is not base64url",
            format!("{unreadable}.{claims}.{signature}"),
        ),
        Forgery::new(
            "oversize signature",
            format!("{content}.{signature}{padding}"),
        ),
        Forgery::new(
            "oversize altogether",
            format!("{header}.{claims}{padding}.{signature}"),
        ),
    ]
}

/// `alg: none`, in all the ways in which it was once overlooked.
fn unsigned(parts: &Parts) -> Vec<Forgery> {
    let none = |alg: &str| parts.content(&parts.header("alg", alg));
    let without = {
        let mut header = parts.header.clone();
        header.as_object_mut().map(|header| header.remove("alg"));
        parts.content(&header)
    };
    vec![
        Forgery::new("alg none", format!("{}.", none("none"))),
        Forgery::new("alg None", format!("{}.", none("None"))),
        Forgery::new("alg NONE", format!("{}.", none("NONE"))),
        Forgery::new("alg nOnE", format!("{}.", none("nOnE"))),
        Forgery::new(
            "alg none with the signature kept",
            format!("{}.{}", none("none"), parts.signature),
        ),
        Forgery::new("alg empty", format!("{}.", none(""))),
        Forgery::new("alg missing", format!("{without}.{}", parts.signature)),
    ]
}

/// The public key as if it were a secret that both sides share.
fn signed_with_public_key(parts: &Parts, jwk: &Value) -> Vec<Forgery> {
    let coordinate = |name: &str| {
        let text = jwk[name].as_str().unwrap_or_default();
        BASE64_URL_SAFE_NO_PAD.decode(text).unwrap_or_default()
    };
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let text = jwk.to_string().into_bytes();
    let header = parts.header("alg", "HS256");
    let content = parts.content(&header);
    let signed = |secret: &[u8]| {
        let key = EncodingKey::from_secret(secret);
        let signature = crypto::sign(content.as_bytes(), &key, Algorithm::HS256);
        format!("{content}.{}", signature.unwrap_or_default())
    };
    let mut der = BASE64_STANDARD
        .decode("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE")
        .unwrap_or_default();
    der.extend_from_slice(&point[1..]);
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        BASE64_STANDARD.encode(&der)
    );
    vec![
        Forgery::new("HMAC with the public key's point", signed(&point)),
        Forgery::new("HMAC with the public key as JWK", signed(&text)),
        Forgery::new("HMAC with the public key as DER", signed(&der)),
        Forgery::new("HMAC with the public key as PEM", signed(pem.as_bytes())),
        Forgery::new("HMAC with an empty secret", signed(&[])),
    ]
}

/// A key of the forger's own, and ways to make the verifier use it.
fn signed_with_own_key(parts: &Parts) -> Vec<Forgery> {
    let key = SigningKey::generate();
    let jwk = mint::public_jwk(&key);
    let own = |header: &Value| mint::sign(&key, &header.to_string(), &parts.claims.to_string());
    let url = "https://forger.example/jwks";
    let with_kid = |kid: &str| own(&parts.header("kid", kid));
    vec![
        Forgery::new("foreign key under a known kid", own(&parts.header)),
        Forgery::new(
            "foreign key, embedded as jwk",
            own(&parts.header("jwk", jwk)),
        ),
        Forgery::new("foreign key at jku", own(&parts.header("jku", url))),
        Forgery::new("foreign key at x5u", own(&parts.header("x5u", url))),
        Forgery::new(
            "foreign key in x5c",
            own(&parts.header("x5c", json!(["MIIB"]))),
        ),
        Forgery::new("kid that is a path", with_kid("../../../../dev/null")),
        Forgery::new("kid that is an address", with_kid(url)),
        Forgery::new("kid that is SQL", with_kid("' union select 'key' --")),
        Forgery::new("kid empty", with_kid("")),
        Forgery::new("kid of nobody", with_kid("nobody")),
    ]
}
