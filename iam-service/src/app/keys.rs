//! Signing keys: publishing, using and rotating them.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use secrecy::ExposeSecret as _;
use serde::Serialize;

use super::{App, Failure};
use crate::domain::signing_key::{
    self, KeyState, PUBLISHED_AFTER, PUBLISHED_BEFORE, PublicKey, Unopened,
};
use crate::store::{self, StoredKey, Tx};

/// A rotation that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The key that signs from now on.
    pub active: String,
    /// The key that will, after the next rotation.
    pub next: String,
}

/// Why keys are not rotated.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// Not everybody can know the next key yet.
    #[error("the next key was published too recently; rotate at {0} or later")]
    TooSoon(Timestamp),
    /// Something else does not work.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<store::Error> for RotateError {
    fn from(error: store::Error) -> Self {
        Self::Failure(error.into())
    }
}

/// The active key.
pub(super) struct Signer {
    kid: String,
    key: EncodingKey,
}

impl Signer {
    /// Signs claims as a token of this type.
    pub(super) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, Failure> {
        let header = Header {
            typ: Some(typ.to_owned()),
            kid: Some(self.kid.clone()),
            ..Header::new(Algorithm::ES256)
        };
        jsonwebtoken::encode(&header, claims, &self.key)
            .map_err(|error| Failure::Internal(error.into()))
    }
}

impl App {
    /// The published keys.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn public_keys(&self) -> Result<Vec<PublicKey>, Failure> {
        let keys = self.store.begin().await?.keys(self.now()).await?;
        Ok(keys.into_iter().map(|key| key.public).collect())
    }

    /// The key that signs now. It is read for each token, so that every replica follows a rotation at once.
    pub(super) async fn signer(&self, tx: &mut Tx) -> Result<Signer, Failure> {
        let keys = tx.keys(self.now()).await?;
        let active = keys
            .into_iter()
            .find(|key| key.state == KeyState::Active)
            .ok_or(Unopened)?;
        let private = active.sealed.open(&active.public.kid, &self.secrets)?;
        let key = EncodingKey::from_ec_der(private.expose_secret());
        Ok(Signer {
            kid: active.public.kid,
            key,
        })
    }

    /// The published key of this id.
    pub(super) async fn verification_key(
        &self,
        tx: &mut Tx,
        kid: &str,
    ) -> Result<Option<DecodingKey>, Failure> {
        let keys = tx.keys(self.now()).await?;
        let key = keys.into_iter().find(|key| key.public.kid == kid);
        let key = key
            .map(|key| DecodingKey::from_ec_components(&key.public.x, &key.public.y))
            .transpose();
        key.map_err(|error| Failure::Internal(error.into()))
    }

    /// Sees to it that one key signs and one is next. The very first key signs at once: nobody keeps an older set.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn ensure_keys(&self) -> Result<(), Failure> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        tx.lock_keys().await?;
        let keys = tx.keys(now).await?;
        if !keys.iter().any(|key| key.state == KeyState::Active) {
            if next(&keys).is_none() {
                self.publish_key(&mut tx, now).await?;
            }
            tx.advance_keys(now, now).await?;
            self.publish_key(&mut tx, now).await?;
        } else if next(&keys).is_none() {
            self.publish_key(&mut tx, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Makes the next key active, the active one retiring, and publishes a new next one.
    ///
    /// # Errors
    ///
    /// When the next key is not known to everybody yet.
    pub async fn rotate_keys(&self) -> Result<Rotated, RotateError> {
        self.ensure_keys().await?;
        let now = self.now();
        let mut tx = self.store.begin().await?;
        tx.lock_keys().await?;
        let keys = tx.keys(now).await?;
        let (active, published_at) = next(&keys).ok_or(Failure::Keys(Unopened))?;
        let open_at = published_at
            .saturating_add(PUBLISHED_BEFORE)
            .unwrap_or(Timestamp::MAX);
        if now < open_at {
            return Err(RotateError::TooSoon(open_at));
        }
        let until = now
            .saturating_add(PUBLISHED_AFTER)
            .unwrap_or(Timestamp::MAX);
        tx.advance_keys(now, until).await?;
        let next = self.publish_key(&mut tx, now).await?;
        tx.commit().await?;
        Ok(Rotated {
            active: active.to_owned(),
            next,
        })
    }

    async fn publish_key(&self, tx: &mut Tx, now: Timestamp) -> Result<String, Failure> {
        let (public, sealed) = signing_key::generate(&mut self.randomness.rng(), &self.secrets)?;
        tx.insert_next_key(&public, &sealed, now).await?;
        Ok(public.kid)
    }
}

fn next(keys: &[StoredKey]) -> Option<(&str, Timestamp)> {
    keys.iter().find_map(|key| match key.state {
        KeyState::Next { published_at } => Some((key.public.kid.as_str(), published_at)),
        _ => None,
    })
}
