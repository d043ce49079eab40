//! Bearer secrets that are derived, not stored.
//!
//! A code, a refresh token, a one-time link, the session cookie and the device cookie are all *tickets*: the id of a row, followed by a
//! message authentication code over purpose and id. The row says whether the ticket is still good; the code says that
//! nobody made it up. So the database holds no secret of any of them, a copy of it lets nobody in, and a ticket can be
//! made again: that is how a lost answer to a refresh is answered once more, and how the mail worker writes a
//! one-time link long after the request that asked for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice};
use sha2::Sha256;
use uuid::Uuid;

/// What a ticket is for. One made for one purpose never opens another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An authorization code.
    Code,
    /// A refresh token.
    Refresh,
    /// A one-time link.
    Link,
    /// The session cookie.
    Session,
    /// The cookie of a known device.
    Device,
    /// The hidden field that shows that a form is ours.
    Form,
    /// The key under which signing keys are stored.
    Vault,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Code => b"authorization-code",
            Self::Refresh => b"refresh-token",
            Self::Link => b"one-time-link",
            Self::Session => b"session",
            Self::Device => b"device",
            Self::Form => b"form",
            Self::Vault => b"vault",
        }
    }
}

/// The length of a message authentication code.
const TAG: usize = 32;
/// The shortest secret that is accepted, in bytes.
pub const SHORTEST_SECRET: usize = 32;

/// The service's secrets, newest first: made with the newest, recognized with any, so that they can be changed.
#[derive(Debug, Clone)]
pub struct Secrets(Vec<SecretSlice<u8>>);

/// Why a configured secret is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakSecret {
    /// None at all.
    #[error("at least one secret is needed")]
    Missing,
    /// One that can be guessed.
    #[error("a secret needs at least {SHORTEST_SECRET} bytes")]
    TooShort,
}

impl Secrets {
    /// Takes secrets, newest first.
    ///
    /// # Errors
    ///
    /// When there is none, or one is too short.
    pub fn new(secrets: Vec<SecretSlice<u8>>) -> Result<Self, WeakSecret> {
        if secrets.is_empty() {
            return Err(WeakSecret::Missing);
        }
        if secrets
            .iter()
            .any(|secret| secret.expose_secret().len() < SHORTEST_SECRET)
        {
            return Err(WeakSecret::TooShort);
        }
        Ok(Self(secrets))
    }

    /// The ticket for `content`. Always the same one, as long as the newest secret is.
    #[must_use]
    pub fn ticket(&self, purpose: Purpose, content: &[u8]) -> String {
        let mut ticket = content.to_vec();
        let newest = self.0.first().map(|secret| mac(secret, purpose, content));
        ticket.extend(
            newest
                .into_iter()
                .flat_map(|mac| mac.finalize().into_bytes()),
        );
        URL_SAFE_NO_PAD.encode(ticket)
    }

    /// What an authentic ticket holds.
    #[must_use]
    pub fn open(&self, purpose: Purpose, ticket: &str) -> Option<Vec<u8>> {
        let mut content = URL_SAFE_NO_PAD.decode(ticket).ok()?;
        let tag = content.split_off(content.len().checked_sub(TAG)?);
        // `verify_slice` takes the same time whatever the tag is.
        let authentic = |secret| mac(secret, purpose, &content).verify_slice(&tag).is_ok();
        self.0.iter().any(authentic).then_some(content)
    }

    /// The ticket for a row.
    #[must_use]
    pub fn ticket_for(&self, purpose: Purpose, id: Uuid) -> String {
        self.ticket(purpose, id.as_bytes())
    }

    /// The row that an authentic ticket is for.
    #[must_use]
    pub fn open_id(&self, purpose: Purpose, ticket: &str) -> Option<Uuid> {
        Uuid::from_slice(&self.open(purpose, ticket)?).ok()
    }

    /// Keys for [`crate::domain::signing_key`]'s vault, newest first.
    pub(super) fn vault_keys(&self) -> impl Iterator<Item = [u8; 32]> {
        self.0.iter().map(|secret| {
            mac(secret, Purpose::Vault, b"")
                .finalize()
                .into_bytes()
                .into()
        })
    }
}

fn mac(secret: &SecretSlice<u8>, purpose: Purpose, content: &[u8]) -> Hmac<Sha256> {
    let mut key = [0; 64];
    let bytes = secret.expose_secret();
    // HMAC hashes a key longer than its block; hashing it here makes the length a constant and the function total.
    if bytes.len() <= key.len() {
        key[..bytes.len()].copy_from_slice(bytes);
    } else {
        use sha2::Digest as _;
        key[..TAG].copy_from_slice(&Sha256::digest(bytes));
    }
    let mut mac = Hmac::<Sha256>::new(&key.into());
    mac.update(purpose.label());
    mac.update(&[0]);
    mac.update(content);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(bytes: &[u8]) -> Secrets {
        Secrets::new(bytes.iter().map(|byte| vec![*byte; 32].into()).collect()).unwrap()
    }

    #[test]
    fn a_ticket_opens_for_its_purpose_alone() {
        let secrets = secrets(&[1]);
        let ticket = secrets.ticket(Purpose::Code, b"content");
        assert_eq!(
            secrets.open(Purpose::Code, &ticket).as_deref(),
            Some(&b"content"[..])
        );
        assert_eq!(secrets.open(Purpose::Refresh, &ticket), None);
    }

    #[test]
    fn any_change_of_a_ticket_is_noticed() {
        let secrets = secrets(&[1]);
        let ticket = URL_SAFE_NO_PAD
            .decode(secrets.ticket(Purpose::Link, b"content"))
            .unwrap();
        for at in 0..ticket.len() {
            let mut changed = ticket.clone();
            changed[at] ^= 1;
            assert_eq!(
                secrets.open(Purpose::Link, &URL_SAFE_NO_PAD.encode(changed)),
                None
            );
        }
        for short in ["", "A", "AAAA", "not base64!"] {
            assert_eq!(secrets.open(Purpose::Link, short), None);
        }
    }

    #[test]
    fn a_ticket_outlives_a_change_of_secret_but_not_its_removal() {
        let ticket = secrets(&[1]).ticket(Purpose::Session, b"content");
        assert!(secrets(&[2, 1]).open(Purpose::Session, &ticket).is_some());
        assert!(secrets(&[2]).open(Purpose::Session, &ticket).is_none());
    }

    #[test]
    fn short_secrets_are_refused() {
        assert_eq!(Secrets::new(vec![]).unwrap_err(), WeakSecret::Missing);
        assert_eq!(
            Secrets::new(vec![vec![1; 31].into()]).unwrap_err(),
            WeakSecret::TooShort
        );
    }
}
