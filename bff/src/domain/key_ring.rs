//! Keys under which the BFF seals what it hands to browsers and what it stores.
//!
//! Sealed with the newest key, opened with any: a new key is put in front, the old one taken
//! away when nothing sealed with it can be alive any more.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use rand::CryptoRng;

const NONCE: usize = 24;

/// What a sealed text is for. It is authenticated with the text, so that what was sealed for one
/// use opens for no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// A cookie of this name.
    Cookie(&'a str),
    /// A column of the session record with this id.
    Record(&'static str, super::SessionId),
}

impl fmt::Display for Purpose<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cookie(name) => write!(f, "cookie/{name}"),
            Self::Record(column, session) => write!(f, "record/{column}/{session}"),
        }
    }
}

/// The keys, newest first, each with an id.
#[derive(Clone)]
pub struct KeyRing {
    newest: Key,
    older: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

/// The text is no key ring. Says where, never what: it is a secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotAKeyRing {
    /// There is no key at all.
    #[error("the key ring is empty")]
    Empty,
    /// An entry is not `id:key`.
    #[error("key {0} of the ring is not `id:key` with an id of 1 to 16 letters, digits or `-`")]
    Id(usize),
    /// A key is not 32 bytes in base64url.
    #[error("key {0} of the ring is not 32 bytes in base64url without padding")]
    Key(usize),
    /// Two keys have one id.
    #[error("key {0} of the ring has the id of an earlier one")]
    Repeated(usize),
}

/// The text was not sealed by us for this purpose, or by a key that is gone.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not sealed by a key of the ring for this purpose")]
pub struct NotOurs;

impl KeyRing {
    /// Reads `id:key,id:key`, newest first; a key is 32 bytes in base64url.
    ///
    /// # Errors
    ///
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, NotAKeyRing> {
        let mut keys: Vec<Key> = Vec::new();
        for (at, entry) in text.trim().split(',').filter(|e| !e.is_empty()).enumerate() {
            let key = Key::parse(at + 1, entry.trim())?;
            if keys.iter().any(|earlier| earlier.id == key.id) {
                return Err(NotAKeyRing::Repeated(at + 1));
            }
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(NotAKeyRing::Empty);
        }
        let newest = keys.remove(0);
        Ok(Self {
            newest,
            older: keys,
        })
    }

    /// Seals `plain` as `<key id>.<base64url of nonce and ciphertext>`.
    #[must_use]
    pub fn seal(&self, purpose: Purpose<'_>, plain: &[u8], rng: &mut impl CryptoRng) -> String {
        let Key { id, cipher } = &self.newest;
        let mut sealed = vec![0; NONCE];
        rng.fill_bytes(&mut sealed);
        let nonce = nonce_of(&sealed);
        let aad = associated_data(purpose, id);
        // Encryption fails on plaintexts of 256 GiB only; an empty text opens for nobody.
        let ciphertext = cipher
            .encrypt(
                &nonce,
                Payload {
                    msg: plain,
                    aad: aad.as_bytes(),
                },
            )
            .unwrap_or_default();
        sealed.extend(ciphertext);
        format!("{id}.{}", BASE64_URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what [`KeyRing::seal`] made.
    ///
    /// # Errors
    ///
    /// When no key of the ring sealed it, for this purpose, exactly like this.
    pub fn open(&self, purpose: Purpose<'_>, text: &str) -> Result<Vec<u8>, NotOurs> {
        let (id, sealed) = text.split_once('.').ok_or(NotOurs)?;
        let key = self.key(id).ok_or(NotOurs)?;
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).map_err(|_| NotOurs)?;
        if sealed.len() < NONCE {
            return Err(NotOurs);
        }
        let aad = associated_data(purpose, id);
        let payload = Payload {
            msg: &sealed[NONCE..],
            aad: aad.as_bytes(),
        };
        key.cipher
            .decrypt(&nonce_of(&sealed), payload)
            .map_err(|_| NotOurs)
    }

    fn key(&self, id: &str) -> Option<&Key> {
        std::iter::once(&self.newest)
            .chain(&self.older)
            .find(|key| key.id == id)
    }
}

impl Key {
    fn parse(at: usize, entry: &str) -> Result<Self, NotAKeyRing> {
        let (id, key) = entry.split_once(':').ok_or(NotAKeyRing::Id(at))?;
        let letters = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !letters || !(1..=16).contains(&id.len()) {
            return Err(NotAKeyRing::Id(at));
        }
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(key)
            .map_err(|_| NotAKeyRing::Key(at))?;
        let cipher = XChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| NotAKeyRing::Key(at))?;
        Ok(Self {
            id: id.to_owned(),
            cipher,
        })
    }
}

fn nonce_of(sealed: &[u8]) -> XNonce {
    let mut nonce = XNonce::default();
    nonce.copy_from_slice(&sealed[..NONCE]);
    nonce
}

fn associated_data(purpose: Purpose<'_>, key: &str) -> String {
    format!("{purpose}\0{key}")
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let older = self.older.iter().map(|key| &key.id);
        f.debug_list()
            .entry(&self.newest.id)
            .entries(older)
            .finish()
    }
}
