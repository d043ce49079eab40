//! Where a page ended, in a form that nobody else can make.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Search;
use crate::fact::Uid;

/// The text is no cursor of this search under these policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this search")]
pub struct InvalidCursor;

/// Makes cursors, and knows its own again. All instances that continue each other's pages share one key.
#[derive(Clone)]
pub struct Cursors {
    /// As HMAC takes it: filled up with zeros.
    key: [u8; 64],
}

const TAG: usize = 32;

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cursors").finish_non_exhaustive()
    }
}

impl Cursors {
    /// Cursors under this key. It should be random, and known to nobody else.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        let mut filled = [0; 64];
        filled[..32].copy_from_slice(&key);
        Self { key: filled }
    }

    /// The one after which the search goes on.
    pub(super) fn make(&self, search: &Search, version: &str, last: &Uid) -> String {
        let place = place(last);
        let mut bytes = self
            .mac(search, version, &place)
            .finalize()
            .into_bytes()
            .to_vec();
        bytes.extend(place.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(super) fn read(
        &self,
        search: &Search,
        version: &str,
    ) -> Result<Option<Uid>, InvalidCursor> {
        let Some(cursor) = &search.cursor else {
            return Ok(None);
        };
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(cursor)
            .map_err(|_| InvalidCursor)?;
        let (tag, place) = bytes.split_at_checked(TAG).ok_or(InvalidCursor)?;
        let place = str::from_utf8(place).map_err(|_| InvalidCursor)?;
        let mac = self.mac(search, version, place);
        mac.verify_slice(tag).map_err(|_| InvalidCursor)?;
        let (kind, id) = place.split_once('\n').ok_or(InvalidCursor)?;
        Ok(Some(Uid::new(kind, id)))
    }

    /// Over all that a page depends on, but for its size: each part with its length before it.
    fn mac(&self, search: &Search, version: &str, place: &str) -> Hmac<Sha256> {
        let query = format!(
            "{:?}",
            (
                &search.wanted,
                &search.known,
                &search.action,
                &search.context,
                &search.vouched
            )
        );
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        for part in [version, &query, place] {
            mac.update(&part.len().to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

/// Types have no line breaks.
fn place(last: &Uid) -> String {
    format!("{}\n{}", last.kind, last.id)
}
