//! The authorization code flow with PKCE, and the refresh of what it brought.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, CsrfToken, Nonce, NonceVerifier,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RefreshToken, RequestTokenError,
    Scope, SignatureVerificationError, StandardErrorResponse, TokenResponse,
    core::{CoreAuthenticationFlow, CoreErrorResponseType, CoreTokenType},
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    NoAnswer, Provider,
    claims::{Tokens, identity},
    discovery::Known,
};
use crate::domain::{Credential, Identity, PendingLogin};

/// An access token lives this long where the provider does not say.
const UNSAID: Duration = Duration::from_mins(1);

/// What the provider granted.
#[derive(Clone, Debug)]
pub struct Granted {
    /// To whom; a refresh need not say again.
    pub identity: Option<Identity>,
    /// The access token, as yet without its place in the row of refreshes.
    pub credential: Credential,
    /// What gets the next one.
    pub refresh_token: Option<SecretString>,
}

/// The parameters of a callback that matter.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The authorization code.
    pub code: String,
    /// Who says so (RFC 9207).
    pub issuer: Option<String>,
}

/// Why nothing was granted.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The provider, or what it sent, says no. Asking again changes nothing.
    #[error("refused: {0}")]
    Refused(String),
    /// Nobody can tell; what we have stays good.
    #[error("the provider is unavailable: {0}")]
    Unavailable(String),
}

impl Failure {
    pub(super) fn unavailable(error: impl Into<anyhow::Error>) -> Self {
        Self::Unavailable(format!("{:#}", error.into()))
    }

    pub(super) fn refused(error: impl Into<anyhow::Error>) -> Self {
        Self::Refused(format!("{:#}", error.into()))
    }
}

impl Provider {
    /// Where the browser goes to sign in.
    ///
    /// # Errors
    ///
    /// When the provider cannot be asked what it is.
    pub async fn authorization_url(&self, login: &PendingLogin) -> Result<Url, Failure> {
        let known = self.discovery.known().await?;
        let verifier = PkceCodeVerifier::new(login.verifier.expose_secret().to_owned());
        let scopes = self
            .registration
            .scopes
            .iter()
            .filter(|scope| *scope != "openid");
        let (state, nonce) = (login.state.clone(), login.nonce.clone());
        let (url, ..) = known
            .client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scopes(scopes.cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url)
    }

    /// Turns the code of a callback into tokens, for the login that it belongs to.
    ///
    /// # Errors
    ///
    /// When the callback is not the provider's, or the provider refuses or cannot be reached.
    pub async fn complete(
        &self,
        login: &PendingLogin,
        callback: Callback,
    ) -> Result<Granted, Failure> {
        let known = self.discovery.known().await?;
        check_issuer(&known, callback.issuer.as_deref())?;
        let tokens = known
            .client
            .exchange_code(AuthorizationCode::new(callback.code))
            .map_err(Failure::unavailable)?
            .set_pkce_verifier(PkceCodeVerifier::new(
                login.verifier.expose_secret().to_owned(),
            ))
            .request_async(&self.http)
            .await
            .map_err(answer)?;
        let nonce = Nonce::new(login.nonce.clone());
        let identity = self.verified(&known, &tokens, || &nonce).await?;
        let identity = identity.ok_or_else(|| Failure::Refused("no ID token".to_owned()))?;
        self.granted(&tokens, Some(identity))
    }

    /// Turns a refresh token into the next tokens. `subject` is whose they must be.
    ///
    /// # Errors
    ///
    /// When the provider refuses or cannot be reached.
    pub async fn refresh(
        &self,
        refresh_token: &SecretString,
        subject: &str,
    ) -> Result<Granted, Failure> {
        let known = self.discovery.known().await?;
        let sent = RefreshToken::new(refresh_token.expose_secret().to_owned());
        let tokens = known
            .client
            .exchange_refresh_token(&sent)
            .map_err(Failure::unavailable)?
            .request_async(&self.http)
            .await
            .map_err(answer)?;
        // An ID token that comes with a refresh need not repeat the nonce.
        let any_nonce = || |_: Option<&Nonce>| Ok(());
        let identity = self.verified(&known, &tokens, any_nonce).await?;
        if identity
            .as_ref()
            .is_some_and(|identity| identity.subject != subject)
        {
            return Err(Failure::Refused("a refresh for somebody else".to_owned()));
        }
        self.granted(&tokens, identity)
    }

    /// The identity in the ID token, if there is one. Keys may have been rotated since we asked.
    async fn verified<N: NonceVerifier>(
        &self,
        known: &Known,
        tokens: &Tokens,
        nonce: impl Fn() -> N,
    ) -> Result<Option<Identity>, Failure> {
        use ClaimsVerificationError::SignatureVerification;
        let Some(token) = tokens.id_token() else {
            return Ok(None);
        };
        let now = self.clock.now();
        let verified = token.claims(&verifier(known, now), nonce());
        if let Err(SignatureVerification(SignatureVerificationError::NoMatchingKey)) = verified {
            let known = self.discovery.known_anew().await?;
            let claims = token.claims(&verifier(&known, now), nonce());
            return claims
                .map(|claims| Some(identity(claims)))
                .map_err(Failure::refused);
        }
        verified
            .map(|claims| Some(identity(claims)))
            .map_err(Failure::refused)
    }

    fn granted(&self, tokens: &Tokens, identity: Option<Identity>) -> Result<Granted, Failure> {
        if *tokens.token_type() != CoreTokenType::Bearer {
            return Err(Failure::Refused("not a bearer token".to_owned()));
        }
        let lifetime = tokens.expires_in().unwrap_or(UNSAID);
        let lifetime = SignedDuration::try_from(lifetime).map_err(Failure::refused)?;
        let expires_at = self
            .clock
            .now()
            .checked_add(lifetime)
            .map_err(Failure::refused)?;
        Ok(Granted {
            identity,
            credential: Credential {
                access_token: tokens.access_token().secret().as_str().into(),
                expires_at,
                generation: 0,
            },
            refresh_token: tokens
                .refresh_token()
                .map(|token| token.secret().as_str().into()),
        })
    }
}

fn check_issuer(known: &Known, named: Option<&str>) -> Result<(), Failure> {
    let beyond = known.metadata.additional_metadata();
    match named {
        Some(named) if named == known.metadata.issuer().as_str() => Ok(()),
        None if !beyond.authorization_response_iss_parameter_supported => Ok(()),
        _ => Err(Failure::Refused(
            "the callback is not from our provider".to_owned(),
        )),
    }
}

fn verifier(
    known: &Known,
    now: Timestamp,
) -> openidconnect::IdTokenVerifier<'_, openidconnect::core::CoreJsonWebKey> {
    let now = chrono::DateTime::from_timestamp_nanos(now.as_second().saturating_mul(1_000_000_000));
    known.client.id_token_verifier().set_time_fn(move || now)
}

type TokenError = RequestTokenError<NoAnswer, StandardErrorResponse<CoreErrorResponseType>>;

/// Only a word on the grant itself is a refusal. That the provider is overloaded, or that our own
/// registration is wrong, is no reason to sign people out.
fn answer(error: TokenError) -> Failure {
    match error {
        RequestTokenError::ServerResponse(said)
            if *said.error() == CoreErrorResponseType::InvalidGrant =>
        {
            Failure::Refused(said.to_string())
        }
        // The answer itself may hold tokens, and is not told.
        RequestTokenError::Parse(error, _) => Failure::unavailable(error),
        other => Failure::unavailable(other),
    }
}
