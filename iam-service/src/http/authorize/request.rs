//! From parameters to a request that can be trusted.

use crate::domain::authorization::{AuthorizationRequest, CodeChallenge, Prompt, SCOPES};
use crate::domain::client::Clients;
use crate::http::parameters::Parameters;

/// Why there is no request.
#[derive(Debug)]
pub(super) enum Rejection {
    /// Nobody knows where an answer could go.
    Page(&'static str),
    /// The client is told.
    Redirect(Rejected),
}

/// An error on its way to the client.
#[derive(Debug)]
pub(super) struct Rejected {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) code: &'static str,
    pub(super) description: &'static str,
}

impl Rejected {
    pub(super) fn of(
        request: &AuthorizationRequest,
        code: &'static str,
        description: &'static str,
    ) -> Self {
        let (redirect_uri, state) = (request.redirect_uri.clone(), request.state.clone());
        Self {
            redirect_uri,
            state,
            code,
            description,
        }
    }
}

/// What is wrong, before it is known whom to tell.
type Wrong = (&'static str, &'static str);

const fn invalid(description: &'static str) -> Wrong {
    ("invalid_request", description)
}

/// Parses the parameters of an authorization request.
pub(super) fn parse(
    parameters: &Parameters,
    clients: &Clients,
) -> Result<AuthorizationRequest, Rejection> {
    let repeated = parameters.repeated();
    if matches!(repeated, Some("client_id" | "redirect_uri")) {
        return Err(Rejection::Page("The application named itself twice."));
    }
    let client = parameters.get("client_id").and_then(|id| clients.get(id));
    let client = client.ok_or(Rejection::Page("The application is not registered here."))?;
    let redirect_uri = parameters
        .get("redirect_uri")
        .filter(|uri| client.may_redirect_to(uri));
    let redirect_uri = redirect_uri.ok_or(Rejection::Page(
        "The address to return to is not registered here.",
    ))?;

    let state = parameters.get("state").map(ToOwned::to_owned);
    let parsed = match repeated {
        Some(_) => Err(invalid("a parameter comes more than once")),
        None => details(parameters),
    };
    match parsed {
        Ok(details) => Ok(AuthorizationRequest {
            client_id: client.id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            state,
            ..details
        }),
        Err((code, description)) => {
            let redirect_uri = redirect_uri.to_owned();
            Err(Rejection::Redirect(Rejected {
                redirect_uri,
                state,
                code,
                description,
            }))
        }
    }
}

/// All but who asks and where the answer goes.
fn details(parameters: &Parameters) -> Result<AuthorizationRequest, Wrong> {
    if parameters.get("request").is_some() {
        return Err(("request_not_supported", "request objects are not supported"));
    }
    if parameters.get("request_uri").is_some() {
        return Err((
            "request_uri_not_supported",
            "request objects are not supported",
        ));
    }
    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => {
            return Err((
                "unsupported_response_type",
                "only the code flow is supported",
            ));
        }
        None => return Err(invalid("response_type is missing")),
    }
    if parameters
        .get("response_mode")
        .is_some_and(|mode| mode != "query")
    {
        return Err(invalid("only the response mode query is supported"));
    }
    if parameters.get("code_challenge_method") != Some("S256") {
        return Err(invalid("PKCE with the method S256 is required"));
    }
    let challenge = parameters
        .get("code_challenge")
        .and_then(CodeChallenge::parse);
    let nonce = parameters.get("nonce").map(ToOwned::to_owned);
    if nonce
        .as_ref()
        .is_some_and(|nonce| nonce.len() > 512 || nonce.chars().any(char::is_control))
    {
        return Err(invalid("the nonce is too long, or not printable"));
    }
    let max_age = parameters.get("max_age").map(str::parse).transpose();
    Ok(AuthorizationRequest {
        client_id: String::new(),
        redirect_uri: String::new(),
        state: None,
        scopes: scopes(parameters.get("scope"))?,
        nonce,
        challenge: challenge.ok_or(invalid("code_challenge is missing, or no digest"))?,
        prompt: prompt(parameters.get("prompt"))?,
        max_age: max_age.map_err(|_| invalid("max_age is no number of seconds"))?,
        login_hint: parameters.get("login_hint").map(ToOwned::to_owned),
    })
}

/// Unknown scopes are left out, unless there is no other (`OpenID` Connect Core 3.1.2.1).
fn scopes(scope: Option<&str>) -> Result<std::collections::BTreeSet<String>, Wrong> {
    let asked = scope.unwrap_or_default().split_ascii_whitespace();
    let known: std::collections::BTreeSet<_> = asked
        .filter(|one| SCOPES.contains(one))
        .map(ToOwned::to_owned)
        .collect();
    if scope.is_some() && known.is_empty() {
        return Err(("invalid_scope", "none of the scopes is known"));
    }
    Ok(known)
}

fn prompt(prompt: Option<&str>) -> Result<Prompt, Wrong> {
    let values: Vec<_> = prompt
        .unwrap_or_default()
        .split_ascii_whitespace()
        .collect();
    match values.as_slice() {
        ["none"] => Ok(Prompt::Never),
        values if values.contains(&"none") => Err(invalid("prompt=none stands alone")),
        // Choosing an account is done by signing in; consent is not asked for by first-party clients.
        values
            if values
                .iter()
                .any(|one| matches!(*one, "login" | "select_account")) =>
        {
            Ok(Prompt::Always)
        }
        _ => Ok(Prompt::WhenNeeded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::Client;

    const GOOD: &str = "client_id=app&redirect_uri=https://app.example/cb&response_type=code&scope=openid+other&state=s\
                        &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

    fn outcome(query: &str) -> Result<AuthorizationRequest, String> {
        let client = Client {
            id: "app".into(),
            secret: Some("secret".to_owned().into()),
            redirect_uris: vec!["https://app.example/cb".parse().unwrap()],
            post_logout_redirect_uris: vec![],
            backchannel_logout_uri: None,
            home_uri: None,
            audiences: vec!["service".into()],
            tells_facts: false,
            machine_scopes: std::collections::BTreeMap::new(),
        };
        let clients = [client].into_iter().collect();
        parse(&Parameters::parse(query.as_bytes()), &clients).map_err(|rejection| match rejection {
            Rejection::Page(_) => "page".to_owned(),
            Rejection::Redirect(rejected) => {
                assert_eq!(rejected.redirect_uri, "https://app.example/cb");
                assert_eq!(rejected.state.as_deref(), Some("s"));
                rejected.code.to_owned()
            }
        })
    }

    #[test]
    fn a_good_request_is_taken() {
        let request = outcome(GOOD).unwrap();
        assert_eq!(request.scopes, ["openid".to_owned()].into());
        assert_eq!(
            (request.prompt, request.max_age),
            (Prompt::WhenNeeded, None)
        );
        assert_eq!(
            outcome(&format!("{GOOD}&prompt=login&max_age=0"))
                .unwrap()
                .prompt,
            Prompt::Always
        );
    }

    #[test]
    fn a_bad_client_or_address_is_never_redirected_to() {
        for (from, to) in [
            ("client_id=app", "client_id=other"),
            ("client_id=app", ""),
            ("client_id=app", "client_id=app&client_id=app"),
            ("https://app.example/cb", "https://evil.example/cb"),
            ("redirect_uri=https://app.example/cb", ""),
            ("&scope", "&redirect_uri=https://app.example/cb&scope"),
        ] {
            assert_eq!(outcome(&GOOD.replace(from, to)), Err("page".into()), "{to}");
        }
    }

    #[test]
    fn everything_else_that_is_wrong_is_told_to_the_client() {
        for (from, to, code) in [
            (
                "response_type=code",
                "response_type=token",
                "unsupported_response_type",
            ),
            ("response_type=code", "", "invalid_request"),
            ("S256", "plain", "invalid_request"),
            ("&code_challenge_method=S256", "", "invalid_request"),
            ("code_challenge=E9M", "code_challenge=E9", "invalid_request"),
            ("openid+other", "other", "invalid_scope"),
            ("&scope", "&prompt=none+login&scope", "invalid_request"),
            ("&scope", "&max_age=-1&scope", "invalid_request"),
            ("&scope", "&nonce=a%00b&scope", "invalid_request"),
            ("&scope", "&scope=openid&scope", "invalid_request"),
            ("&scope", "&request=x&scope", "request_not_supported"),
            (
                "&scope",
                "&request_uri=x&scope",
                "request_uri_not_supported",
            ),
            ("&scope", "&response_mode=fragment&scope", "invalid_request"),
        ] {
            assert_eq!(outcome(&GOOD.replace(from, to)), Err(code.into()), "{to}");
        }
    }
}
