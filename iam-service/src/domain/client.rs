//! OAuth clients: the programs that may ask for tokens, and what for.

use std::collections::{BTreeMap, BTreeSet};

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use url::{Host, Url};

/// The id of the public client that lets scripts get a user's token. It exists in demo mode only.
pub const DEMO_CLIENT: &str = "realguardio-cli";

/// A registered client.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Its secret; a public client has none.
    pub secret: Option<SecretString>,
    /// Where people may be sent back to, exactly. Empty for a client that signs nobody in.
    pub redirect_uris: Vec<Url>,
    /// Where people may be sent back to after signing out, exactly.
    pub post_logout_redirect_uris: Vec<Url>,
    /// Where it is told that a session ended.
    pub backchannel_logout_uri: Option<Url>,
    /// Its front page, for people who arrive here without a request.
    pub home_uri: Option<Url>,
    /// The services that a user's token of this client is good for.
    pub audiences: Vec<String>,
    /// Whether a user's token of this client claims facts, for services that decide by it.
    pub tells_facts: bool,
    /// What the client may do itself, per service.
    pub machine_scopes: BTreeMap<String, BTreeSet<String>>,
}

impl Client {
    /// Whether it keeps no secret, so that only PKCE ties a code to it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.secret.is_none()
    }

    /// Whether this is its secret, in constant time.
    #[must_use]
    pub fn has_secret(&self, presented: &str) -> bool {
        self.secret.as_ref().is_some_and(|secret| {
            // Digests are of one length, so that not even the secret's length shows.
            let digest = |text: &str| Sha256::digest(text.as_bytes());
            digest(secret.expose_secret())
                .ct_eq(&digest(presented))
                .into()
        })
    }

    /// Whether people may be sent to `uri`: it is registered, character by character. A public client's loopback
    /// address may have any port, because a program on a desktop takes what is free (RFC 8252, section 7.3).
    #[must_use]
    pub fn may_redirect_to(&self, uri: &str) -> bool {
        let Ok(asked) = Url::parse(uri) else {
            return false;
        };
        self.redirect_uris.iter().any(|registered| {
            registered.as_str() == uri
                || (self.is_public() && same_but_port(registered, &asked, uri))
        })
    }

    /// Whether people may be sent to `uri` after signing out.
    #[must_use]
    pub fn may_redirect_after_logout(&self, uri: &str) -> bool {
        self.post_logout_redirect_uris
            .iter()
            .any(|registered| registered.as_str() == uri)
    }
}

fn same_but_port(registered: &Url, asked: &Url, text: &str) -> bool {
    let loopback = match registered.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    let mut here = registered.clone();
    // `as_str() == text`: an address that parsing had to tidy up is not the registered one.
    loopback && here.set_port(asked.port()).is_ok() && here == *asked && asked.as_str() == text
}

/// All registered clients.
#[derive(Debug, Clone, Default)]
pub struct Clients(BTreeMap<String, Client>);

impl Clients {
    /// The client of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }

    /// The first front page that is registered.
    #[must_use]
    pub fn home(&self) -> Option<&Url> {
        self.0.values().find_map(|client| client.home_uri.as_ref())
    }
}

impl FromIterator<Client> for Clients {
    fn from_iter<T: IntoIterator<Item = Client>>(clients: T) -> Self {
        Self(
            clients
                .into_iter()
                .map(|client| (client.id.clone(), client))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(secret: Option<&str>, redirect: &str) -> Client {
        Client {
            id: "client".into(),
            secret: secret.map(|secret| secret.to_owned().into()),
            redirect_uris: vec![redirect.parse().unwrap()],
            post_logout_redirect_uris: vec![],
            backchannel_logout_uri: None,
            home_uri: None,
            audiences: vec![],
            tells_facts: false,
            machine_scopes: BTreeMap::new(),
        }
    }

    #[test]
    fn redirects_go_exactly_where_they_are_registered() {
        let client = client(Some("secret"), "https://app.example/callback");
        assert!(client.may_redirect_to("https://app.example/callback"));
        for uri in [
            "https://app.example/callback/",
            "https://app.example/callback?a=b",
            "https://app.example/callback#a",
            "https://app.example:444/callback",
            "https://app.example/x/../callback",
            "https://APP.example/callback",
            "https://app.example@evil.example/callback",
            "http://app.example/callback",
            "callback",
            "",
        ] {
            assert!(!client.may_redirect_to(uri), "{uri}");
        }
    }

    #[test]
    fn only_a_public_client_on_loopback_chooses_its_port() {
        let public = client(None, "http://127.0.0.1/callback");
        assert!(public.may_redirect_to("http://127.0.0.1:41233/callback"));
        assert!(public.may_redirect_to("http://127.0.0.1/callback"));
        for uri in [
            "http://127.0.0.1:41233/other",
            "http://127.0.0.2:41233/callback",
            "http://localhost:41233/callback",
            "http://127.0.0.1:41233/callback?x",
            "http://a@127.0.0.1:41233/callback",
            "http://0x7f.0.0.1:41233/callback",
        ] {
            assert!(!public.may_redirect_to(uri), "{uri}");
        }
        assert!(
            !client(Some("s"), "http://127.0.0.1/callback")
                .may_redirect_to("http://127.0.0.1:1/callback")
        );
        assert!(
            !client(None, "https://app.example/cb").may_redirect_to("https://app.example:1/cb")
        );
    }

    #[test]
    fn secrets_are_compared_whole() {
        let client = client(Some("secret"), "https://app.example/callback");
        assert!(client.has_secret("secret"));
        assert!(!client.has_secret("secre") && !client.has_secret(""));
    }
}
