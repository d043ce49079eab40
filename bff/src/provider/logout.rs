//! Signing out at the provider.

use base64::{Engine, prelude::BASE64_STANDARD};
use openidconnect::{AsyncHttpClient, ClientId, LogoutHint, LogoutRequest, PostLogoutRedirectUrl};
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use super::{Provider, sign_in::Failure};

impl Provider {
    /// Where the browser goes to sign out there too; `None` where the provider has no such page.
    ///
    /// The ID token that other clients send as a hint stays here: no token reaches the browser. The
    /// provider's session is named instead.
    ///
    /// # Errors
    ///
    /// When the provider cannot be asked what it is.
    pub async fn end_session_url(
        &self,
        provider_session: Option<&str>,
    ) -> Result<Option<Url>, Failure> {
        let known = self.discovery.known().await?;
        let Some(endpoint) = &known.metadata.additional_metadata().end_session_endpoint else {
            return Ok(None);
        };
        let back = self.registration.post_logout_redirect_uri.clone();
        let mut request = LogoutRequest::from(endpoint.clone())
            .set_client_id(ClientId::new(self.registration.client_id.clone()))
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(back));
        if let Some(session) = provider_session {
            request = request.set_logout_hint(LogoutHint::new(session.to_owned()));
        }
        Ok(Some(request.http_get_url()))
    }

    /// Tells the provider that a refresh token is not needed any more (RFC 7009).
    ///
    /// # Errors
    ///
    /// When the provider cannot be told.
    pub async fn revoke(&self, refresh_token: &SecretString) -> Result<(), Failure> {
        let known = self.discovery.known().await?;
        let Some(endpoint) = &known.metadata.additional_metadata().revocation_endpoint else {
            return Ok(());
        };
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", refresh_token.expose_secret())
            .append_pair("token_type_hint", "refresh_token")
            .finish();
        let request = http::Request::post(endpoint.as_str())
            .header(
                http::header::CONTENT_TYPE,
                "application/x-www-form-urlencoded",
            )
            .header(http::header::AUTHORIZATION, self.basic())
            .body(body.into_bytes())
            .map_err(Failure::unavailable)?;
        let answer = self
            .http
            .call(request)
            .await
            .map_err(Failure::unavailable)?;
        let done = answer.status().is_success();
        done.then_some(())
            .ok_or_else(|| Failure::Unavailable(answer.status().to_string()))
    }

    /// Our id and secret, encoded as RFC 6749 section 2.3.1 wants it.
    fn basic(&self) -> String {
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let id = encoded(&self.registration.client_id);
        let secret = encoded(self.registration.client_secret.expose_secret());
        format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
    }
}
