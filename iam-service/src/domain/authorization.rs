//! The authorization request (RFC 6749, `OpenID` Connect Core 3.1.2), parsed once and then trusted.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::session::Session;

/// How long a code waits to be redeemed: a redirect and one call.
pub const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// What a client asks of this server, after its id and redirect URI were found to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What is asked for, of [`SCOPES`]; others are left out.
    pub scopes: BTreeSet<String>,
    /// Given back as it came.
    pub state: Option<String>,
    /// Repeated in the ID token.
    pub nonce: Option<String>,
    /// What the verifier has to match.
    pub challenge: CodeChallenge,
    /// Whether, and how, to bother the user.
    pub prompt: Prompt,
    /// The longest time since the password was given, in seconds.
    pub max_age: Option<u32>,
    /// Who is probably signing in.
    pub login_hint: Option<String>,
}

/// Scopes that mean something: the claims about the user.
pub const SCOPES: &[&str] = &["openid", "profile", "email"];

/// The parameter `prompt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Only when there is no session.
    WhenNeeded,
    /// Never: answer with an error instead.
    Never,
    /// In any case.
    Always,
}

impl AuthorizationRequest {
    /// Whether a live session answers this request without a password.
    #[must_use]
    pub fn is_satisfied_by(&self, session: &Session, now: Timestamp) -> bool {
        let age = now.duration_since(session.authenticated_at);
        self.prompt != Prompt::Always
            && self
                .max_age
                .is_none_or(|most| age <= SignedDuration::from_secs(most.into()))
    }
}

/// A PKCE challenge, method S256 (RFC 7636). There is no other method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// The base64url of a SHA-256 digest.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digest = URL_SAFE_NO_PAD.decode(text).ok()?;
        (digest.len() == 32).then(|| Self(text.to_owned()))
    }

    /// As it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this verifier made the challenge.
    #[must_use]
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let well_formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
        let made = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        well_formed && bool::from(made.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636() {
        let challenge =
            CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap();
        assert!(challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"));
        assert!(
            !challenge.is_met_by(challenge.as_str()),
            "that would be the method `plain`"
        );
    }

    #[test]
    fn challenges_and_verifiers_have_their_form() {
        for bad in ["", "abc", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="] {
            assert_eq!(CodeChallenge::parse(bad), None, "{bad}");
        }
        let short = "a".repeat(42);
        let challenge =
            CodeChallenge::parse(&URL_SAFE_NO_PAD.encode(Sha256::digest(&short))).unwrap();
        assert!(
            !challenge.is_met_by(&short),
            "fewer than 43 characters are too easy to guess"
        );
    }
}
