//! Digests of content, as text.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The content's SHA-256.
pub(crate) fn of(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
