//! Callers: by name, by key, and for what they can vouch.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

/// Somebody who may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// What they are called: the name of an API key, or an OAuth client's id.
    pub name: String,
    /// What counts of what they say.
    pub supplies: Arc<Supplies>,
}

/// For which attributes and circumstances somebody can vouch, because they own them. What else they say is not heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Supplies {
    /// All there are: whoever asks knows better than any facts.
    Everything,
    /// These: attributes by type and name, circumstances as those of `context`.
    These(BTreeSet<(String, String)>),
}

/// The text is neither `*` nor of the form `Type.attribute`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither * nor of the form Type.attribute or context.name")]
pub struct NoProvenance(String);

/// In the place of a type: what is no attribute of anything.
const CONTEXT: &str = "context";

impl Supplies {
    /// For nothing.
    #[must_use]
    pub const fn nothing() -> Self {
        Self::These(BTreeSet::new())
    }

    /// For what is written so: `*`, or any number of `Type.attribute` and `context.name`.
    ///
    /// # Errors
    ///
    /// When one is not of that form.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, NoProvenance> {
        let mut these = BTreeSet::new();
        for text in texts {
            match text.rsplit_once('.') {
                None if text == "*" => return Ok(Self::Everything),
                Some((of, name)) if !of.is_empty() && !name.is_empty() => {
                    these.insert((of.to_owned(), name.to_owned()));
                }
                _ => return Err(NoProvenance(text.to_owned())),
            }
        }
        Ok(Self::These(these))
    }

    /// Whether it counts what they say of this attribute.
    #[must_use]
    pub fn attribute(&self, kind: &str, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::These(these) => these.iter().any(|(of, what)| of == kind && what == name),
        }
    }

    /// Whether it counts what they say of this circumstance.
    #[must_use]
    pub fn circumstance(&self, name: &str) -> bool {
        self.attribute(CONTEXT, name)
    }
}

impl FromStr for Supplies {
    type Err = NoProvenance;

    fn from_str(text: &str) -> Result<Self, NoProvenance> {
        Self::parse(text.split(',').filter(|part| !part.is_empty()))
    }
}

/// All who are known by name, and those who have a key.
#[derive(Debug, Clone, Default)]
pub struct Callers {
    named: BTreeMap<String, Arc<Supplies>>,
    /// The digests of the keys: all of one length, and none can be read off.
    keys: Vec<([u8; 32], Caller)>,
}

impl Callers {
    /// Adds a caller, with a key or without. Who is known already keeps their key.
    pub fn add(&mut self, name: String, supplies: Supplies, key: Option<&str>) {
        let supplies = Arc::new(supplies);
        if let Some(key) = key {
            let caller = Caller {
                name: name.clone(),
                supplies: supplies.clone(),
            };
            self.keys.push((Sha256::digest(key).into(), caller));
        }
        self.named.insert(name, supplies);
    }

    /// Whether anybody has a key.
    #[must_use]
    pub const fn have_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Whose key this is. It takes as long whatever it is, and whosever.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<Caller> {
        let digest: [u8; 32] = Sha256::digest(key).into();
        let mut found = u64::MAX;
        for (number, (known, _)) in (0_u64..).zip(&self.keys) {
            let same: Choice = known.ct_eq(&digest);
            found.conditional_assign(&number, same);
        }
        let (_, caller) = self.keys.get(usize::try_from(found).ok()?)?;
        Some(caller.clone())
    }

    /// The caller of this name: one who can vouch for nothing, if nothing else is known of them.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Caller {
        let supplies = self.named.get(name).cloned();
        Caller {
            name: name.to_owned(),
            supplies: supplies.unwrap_or_else(|| Arc::new(Supplies::nothing())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_is_said_by_type_and_name() {
        let supplies: Supplies = "Shop::Order.total,context.ip".parse().unwrap();
        assert!(supplies.attribute("Shop::Order", "total"));
        assert!(!supplies.attribute("Order", "total"));
        assert!(!supplies.attribute("Shop::Order", "owner"));
        assert!(supplies.circumstance("ip"));
        assert!(!supplies.circumstance("time"));
        assert_eq!("*".parse(), Ok(Supplies::Everything));
        assert!("total".parse::<Supplies>().is_err());
        assert_eq!("".parse(), Ok(Supplies::nothing()));
    }

    #[test]
    fn a_key_is_one_callers() {
        let mut callers = Callers::default();
        callers.add("shop".to_owned(), Supplies::nothing(), Some("first"));
        callers.add("till".to_owned(), Supplies::nothing(), Some("second"));
        callers.add("clerk".to_owned(), Supplies::nothing(), None);
        let name = |key| callers.by_key(key).map(|caller| caller.name);
        assert_eq!(name("first").as_deref(), Some("shop"));
        assert_eq!(name("second").as_deref(), Some("till"));
        assert_eq!(name("third"), None);
        assert_eq!(name(""), None);
    }
}
