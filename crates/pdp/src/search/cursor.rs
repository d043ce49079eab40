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

    /// The one after which the search goes on, wherever that is.
    #[must_use]
    pub fn after(&self, search: &Search, version: &str, last: &Uid) -> String {
        self.seal(&query(search), version, last)
    }

    pub(super) fn read(
        &self,
        search: &Search,
        version: &str,
    ) -> Result<Option<Uid>, InvalidCursor> {
        let cursor = search.cursor.as_ref();
        cursor
            .map(|cursor| self.open(&query(search), version, cursor))
            .transpose()
    }

    /// A cursor for a list that is made elsewhere, such as of [actions](crate::View::actions): of this query, under
    /// these policies, after this one.
    #[must_use]
    pub fn seal(&self, query: &str, version: &str, last: &Uid) -> String {
        let place = place(last);
        let mac = self.mac(query, version, &place).finalize();
        let mut bytes = mac.into_bytes().to_vec();
        bytes.extend(place.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What [`seal`](Self::seal) was given last.
    ///
    /// # Errors
    ///
    /// The text is no cursor of this query under these policies.
    pub fn open(&self, query: &str, version: &str, cursor: &str) -> Result<Uid, InvalidCursor> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(cursor)
            .map_err(|_| InvalidCursor)?;
        let (tag, place) = bytes.split_at_checked(TAG).ok_or(InvalidCursor)?;
        let place = str::from_utf8(place).map_err(|_| InvalidCursor)?;
        let mac = self.mac(query, version, place);
        mac.verify_slice(tag).map_err(|_| InvalidCursor)?;
        let (kind, id) = place.split_once('\n').ok_or(InvalidCursor)?;
        Ok(Uid::new(kind, id))
    }

    /// Over all that a page depends on, but for its size: each part with its length before it.
    fn mac(&self, query: &str, version: &str, place: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        for part in [version, query, place] {
            mac.update(&part.len().to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

/// All that a search depends on, but for where it goes on and how far.
fn query(search: &Search) -> String {
    format!(
        "{:?}",
        (
            &search.wanted,
            &search.known,
            &search.action,
            &search.context,
            &search.vouched
        )
    )
}

/// Types have no line breaks.
fn place(last: &Uid) -> String {
    format!("{}\n{}", last.kind, last.id)
}
