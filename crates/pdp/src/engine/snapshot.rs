//! Facts on disk: for a quick start, and never trusted unseen.

mod image;

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

pub(super) use self::image::Image;
use super::Engine;
use crate::policies::Misfit;

/// What every snapshot begins with …
const KIND: &[u8] = b"pdp facts ";
/// … and one of this form.
const HEAD: &[u8] = b"pdp facts 1\n";
const DIGEST: usize = 32;

/// Why a snapshot is not used. What was known before stays.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// It is no snapshot, or one of another form.
    #[error("not a snapshot that this version can read")]
    Foreign,
    /// It is not what was written.
    #[error("the snapshot is damaged")]
    Damaged,
    /// A fact does not fit the schema.
    #[error(transparent)]
    Misfit(#[from] Misfit),
}

impl Engine {
    /// Writes all facts of this moment into a file, with a note, such as up to where the events are in them. Others may
    /// go on writing facts meanwhile. The file is there whole or not at all.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn save(&self, path: &Path, note: &str) -> io::Result<()> {
        let body = Image::of(&self.view().graph, note).to_bytes()?;
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let mut file = File::create(&beside)?;
        file.write_all(HEAD)?;
        file.write_all(&Sha256::digest(&body))?;
        file.write_all(&body)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    }

    /// Puts the facts of a file in the place of those that are known, and hands back the note. The file is checked
    /// against its digest, and every fact against the schema, before any is used.
    ///
    /// # Errors
    ///
    /// The snapshot is not sound; what was known stays.
    pub fn restore(&self, path: &Path) -> Result<String, Unsound> {
        let bytes = fs::read(path)?;
        let rest = bytes.strip_prefix(HEAD).ok_or(Unsound::Foreign)?;
        let (digest, body) = rest.split_at_checked(DIGEST).ok_or(Unsound::Damaged)?;
        if Sha256::digest(body).as_slice() != digest {
            return Err(Unsound::Damaged);
        }
        let image = Image::from_bytes(body).ok_or(Unsound::Damaged)?;
        self.change(|next| {
            let note = image.restore(&mut next.graph).ok_or(Unsound::Damaged)?;
            next.fit_all()?;
            Ok(note)
        })
    }

    /// Whether a file begins as a snapshot does, of whatever form, sound or not.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn is_snapshot(path: &Path) -> io::Result<bool> {
        let mut head = [0; KIND.len()];
        match File::open(path)?.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            read => read.map(|()| head == KIND),
        }
    }
}
