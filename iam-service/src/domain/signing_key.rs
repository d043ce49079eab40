//! The keys that tokens are signed with: ES256, rotated without an interruption.
//!
//! ```text
//!            published, not used     signs            published, not used
//!   (made) ───────── next ──────▶  active ──────▶  retiring ──────▶ (gone)
//! ```
//!
//! A service keeps the published keys for a while, so a key is published before its first signature and stays published
//! until its last one has expired. A token under a key that is gone is refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use jiff::{SignedDuration, Timestamp};
use p256::SecretKey;
use p256::elliptic_curve::Generate as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::pkcs8::EncodePrivateKey as _;
use rand::CryptoRng;
use secrecy::SecretSlice;
use sha2::{Digest as _, Sha256};

use super::ticket::Secrets;

/// How long a key is published before it signs: longer than anybody keeps the published keys.
pub const PUBLISHED_BEFORE: SignedDuration = SignedDuration::from_mins(10);
/// How long a key stays published after its last signature: longer than any token lives.
pub const PUBLISHED_AFTER: SignedDuration = SignedDuration::from_mins(30);

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Published, to sign later.
    Next {
        /// Since when.
        published_at: Timestamp,
    },
    /// Signs.
    Active,
    /// Published, until what it signed has expired.
    Retiring {
        /// Until when.
        until: Timestamp,
    },
}

/// A public key, as others see it (RFC 7517).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The key's id: its thumbprint.
    pub kid: String,
    /// A coordinate.
    pub x: String,
    /// The other one.
    pub y: String,
}

/// A private key, sealed for the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedKey(pub Vec<u8>);

/// No configured secret opens the stored key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no configured secret opens the stored signing key")]
pub struct Unopened;

/// Makes a key pair. The private half leaves this function sealed.
///
/// # Errors
///
/// Never with a sound generator; a key that cannot be encoded or sealed is not stored.
pub fn generate(
    rng: &mut impl CryptoRng,
    secrets: &Secrets,
) -> Result<(PublicKey, SealedKey), Unopened> {
    let key = SecretKey::generate_from_rng(rng);
    let public = PublicKey::new(&key)?;
    let der = key.to_pkcs8_der().map_err(|_| Unopened)?;
    let mut nonce = [0; 24];
    rng.fill_bytes(&mut nonce);
    let payload = Payload {
        msg: der.as_bytes(),
        aad: public.kid.as_bytes(),
    };
    let newest = secrets.vault_keys().next().ok_or(Unopened)?;
    let sealed = XChaCha20Poly1305::new(&newest.into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| Unopened)?;
    Ok((public, SealedKey([&nonce[..], &sealed].concat())))
}

impl SealedKey {
    /// The private key in PKCS #8.
    ///
    /// # Errors
    ///
    /// When no configured secret opens it.
    pub fn open(&self, kid: &str, secrets: &Secrets) -> Result<SecretSlice<u8>, Unopened> {
        let (nonce, sealed) = self.0.split_first_chunk::<24>().ok_or(Unopened)?;
        let payload = || Payload {
            msg: sealed,
            aad: kid.as_bytes(),
        };
        secrets
            .vault_keys()
            .find_map(|key| {
                XChaCha20Poly1305::new(&key.into())
                    .decrypt(&XNonce::from(*nonce), payload())
                    .ok()
            })
            .map(Into::into)
            .ok_or(Unopened)
    }
}

impl PublicKey {
    fn new(key: &SecretKey) -> Result<Self, Unopened> {
        let point = key.public_key().to_sec1_point(false);
        let coordinate = |coordinate: Option<&_>| {
            coordinate
                .map(|c: &p256::FieldBytes| URL_SAFE_NO_PAD.encode(c))
                .ok_or(Unopened)
        };
        let (x, y) = (coordinate(point.x())?, coordinate(point.y())?);
        Ok(Self {
            kid: thumbprint(&x, &y),
            x,
            y,
        })
    }
}

/// RFC 7638: the digest of the required members, in alphabetical order, without a space.
fn thumbprint(x: &str, y: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(
        r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    fn secrets(byte: u8) -> Secrets {
        Secrets::new(vec![vec![byte; 32].into()]).unwrap()
    }

    #[test]
    fn a_key_opens_with_its_secret_and_its_id_alone() {
        let (public, sealed) = generate(&mut StdRng::seed_from_u64(1), &secrets(1)).unwrap();
        assert!(sealed.open(&public.kid, &secrets(1)).is_ok());
        assert!(sealed.open(&public.kid, &secrets(2)).is_err());
        assert!(sealed.open("another", &secrets(1)).is_err());
        assert!(
            SealedKey(vec![0; 10])
                .open(&public.kid, &secrets(1))
                .is_err()
        );
    }

    #[test]
    fn the_thumbprint_is_that_of_rfc_7638() {
        // Computed independently: printf '{"crv":"P-256",...}' | openssl dgst -sha256 -binary | basenc --base64url
        let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
        let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
        assert_eq!(
            thumbprint(x, y),
            "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"
        );
    }
}
