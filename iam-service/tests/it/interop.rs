//! An independent client, the crate `openidconnect`, used as it is.

use anyhow::Context as _;
use chassis::clock::{Clock as _, SystemClock};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl,
    RefreshToken, Scope, TokenResponse as _,
};

use crate::client::REDIRECT;
use crate::service::{PASSWORD, Service};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn openidconnect_signs_somebody_in() -> anyhow::Result<()> {
    let service = Service::start().await?;
    // This client looks at the machine's clock.
    service.clock.set(SystemClock.now());
    let ada = service.user(ADA, "Ada Lovelace").await?;
    let http = service.http.clone();
    let http = move |request: HttpRequest| {
        let http = http.clone();
        async move { carry(&http, request).await }
    };

    let issuer = IssuerUrl::new(service.iss().to_owned())?;
    let metadata = CoreProviderMetadata::discover_async(issuer, &http).await?;
    let secret = ClientSecret::new("the secret of app".to_owned());
    let client =
        CoreClient::from_provider_metadata(metadata, ClientId::new("app".to_owned()), Some(secret))
            .set_redirect_uri(RedirectUrl::new(REDIRECT.to_owned())?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scopes(["profile", "email"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();

    let answer = service
        .browser()
        .sign_in(url.as_str(), ADA, PASSWORD)
        .await?;
    let parameters = answer.parameters()?;
    assert_eq!(&parameters["state"], state.secret());
    let code = AuthorizationCode::new(parameters["code"].clone());
    let tokens = client
        .exchange_code(code)?
        .set_pkce_verifier(verifier)
        .request_async(&http)
        .await?;

    let id_token = tokens.id_token().context("no ID token")?;
    let id_token_verifier = client.id_token_verifier();
    let claims = id_token.claims(&id_token_verifier, &nonce)?;
    assert_eq!(claims.subject().as_str(), ada);
    let expected = claims.access_token_hash().context("no at_hash")?;
    let key = id_token.signing_key(&id_token_verifier)?;
    assert_eq!(
        &AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, key)?,
        expected
    );

    let info: CoreUserInfoClaims = client
        .user_info(
            tokens.access_token().clone(),
            Some(claims.subject().clone()),
        )?
        .request_async(&http)
        .await?;
    assert_eq!(info.email().map(|email| email.as_str()), Some(ADA));

    let refresh_token = RefreshToken::new(
        tokens
            .refresh_token()
            .context("no refresh token")?
            .secret()
            .clone(),
    );
    let fresh = client
        .exchange_refresh_token(&refresh_token)?
        .request_async(&http)
        .await?;
    assert_ne!(
        fresh.access_token().secret(),
        tokens.access_token().secret()
    );
    Ok(())
}

async fn carry(
    http: &reqwest::Client,
    request: HttpRequest,
) -> Result<HttpResponse, reqwest::Error> {
    let response = http.execute(request.try_into()?).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut answer = HttpResponse::new(response.bytes().await?.to_vec());
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}
