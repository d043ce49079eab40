//! What was accepted.

use std::fmt;

use anyhow::Context as _;
use url::Url;

use super::Verdict;

/// Who publishes something, and what it is called there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind(pub(super) &'static str, pub(super) &'static str);

/// Something that one clerk alone changes, as the last answer had it.
#[derive(Debug)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    pub(super) id: String,
    pub(super) url: Url,
    /// What it was created as; nobody else is called so.
    pub(super) name: Option<String>,
    /// Nothing, where the answer names none.
    pub(super) version: Option<i64>,
    pub(super) gone: bool,
}

/// Why somebody is not content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Complaint {
    Lost,
    Doubled,
    Disagreement,
}

impl Thing {
    pub(super) fn new(kind: Kind, id: &str, url: Url, version: Option<i64>) -> Self {
        Self {
            kind,
            id: id.to_owned(),
            url,
            name: None,
            version,
            gone: false,
        }
    }

    pub(super) fn named(self, name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..self
        }
    }

    /// The same, where names mean nothing, and whoever made it may not see it.
    pub(super) fn nameless(self) -> Self {
        Self {
            name: None,
            version: None,
            ..self
        }
    }

    /// Where it is in its publisher's stream.
    pub(super) fn subject(&self) -> String {
        let Kind(source, aggregate) = self.kind;
        format!("{source}.{aggregate}.{}", self.id)
    }

    /// The list that it is in.
    pub(super) fn list(&self) -> anyhow::Result<Url> {
        let above = self.url.join(".")?;
        Ok(above.join(above.path().trim_end_matches('/'))?)
    }

    /// Something below it.
    pub(super) fn below(&self, path: &str) -> anyhow::Result<Url> {
        Ok(format!("{}{path}", self.url).parse()?)
    }

    pub(super) fn version(&self) -> anyhow::Result<i64> {
        self.version
            .with_context(|| format!("no version of {}", self.url))
    }

    /// A change was accepted. It has to be the next, since nobody else changes it.
    pub(super) fn moved_to(&mut self, version: i64) -> Result<(), Complaint> {
        let next = self.version.map(|version| version + 1);
        self.version = Some(version);
        match Some(version).cmp(&next) {
            std::cmp::Ordering::Less => Err(Complaint::Lost),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(Complaint::Doubled),
        }
    }

    pub(super) fn ends(&mut self) {
        self.gone = true;
        self.version = self.version.map(|version| version + 1);
    }
}

impl Complaint {
    pub(super) fn told(self, verdict: &mut Verdict, what: &impl fmt::Display) {
        let complaints = match self {
            Self::Lost => &mut verdict.lost,
            Self::Doubled => &mut verdict.doubled,
            Self::Disagreement => &mut verdict.disagreements,
        };
        complaints.push(what.to_string());
    }
}
