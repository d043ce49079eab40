//! Facts, as they are told.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What something is called: its type and its id. Both are compared as they are written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Uid {
    /// The type, with its namespace: `Shop::Customer`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id within the type.
    pub id: String,
}

impl Uid {
    /// The thing of this type with this id.
    #[must_use]
    pub fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            id: id.into(),
        }
    }

    /// Whether it is an action: its type's last word is `Action`.
    #[must_use]
    pub fn is_action(&self) -> bool {
        self.kind == "Action" || self.kind.ends_with("::Action")
    }
}

/// As Cedar writes it: `User::"alice"`.
impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::\"{}\"", self.kind, self.id.escape_debug())
    }
}

/// The text is not of the form `Type::"id"`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not of the form Type::\"id\"")]
pub struct InvalidUid(String);

impl FromStr for Uid {
    type Err = InvalidUid;

    fn from_str(text: &str) -> Result<Self, InvalidUid> {
        let uid: cedar_policy::EntityUid = text.parse().map_err(|_| InvalidUid(text.to_owned()))?;
        Ok(Self::from(&uid))
    }
}

impl From<&cedar_policy::EntityUid> for Uid {
    fn from(uid: &cedar_policy::EntityUid) -> Self {
        Self::new(uid.type_name().to_string(), uid.id().unescaped())
    }
}

/// A value of an attribute, a tag or the context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// A text.
    Text(String),
    /// Another entity.
    Entity(Uid),
    /// Values, in no order.
    Set(Vec<Term>),
    /// Values by name.
    Record(Fields),
    /// A value of one of Cedar's extension types.
    Extension {
        /// Its constructor: `ip`, `decimal`, `datetime`, `duration`.
        function: String,
        /// What the constructor is given.
        argument: String,
    },
}

/// Values by name.
pub type Fields = BTreeMap<String, Term>;

/// How one thing is said of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It is a member of this, or lies in it: what Cedar calls a parent.
    In(Uid),
    /// Its attribute of this name is this.
    Attribute(String, Term),
    /// Its tag of this key is this.
    Tag(String, Term),
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Of what it is said.
    pub subject: Uid,
    /// What is said.
    pub relation: Relation,
}

/// As a policy would say it: `User::"alice" in Team::"blue"`.
impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = &self.subject;
        match &self.relation {
            Relation::In(group) => write!(f, "{subject} in {group}"),
            Relation::Attribute(name, term) => write!(f, "{subject}.{name} == {term}"),
            Relation::Tag(key, term) => write!(f, "{subject}.getTag({key:?}) == {term}"),
        }
    }
}

impl Fact {
    /// `subject in group`.
    #[must_use]
    pub fn member(subject: Uid, group: Uid) -> Self {
        let relation = Relation::In(group);
        Self { subject, relation }
    }

    /// `subject.name == term`.
    #[must_use]
    pub fn attribute(subject: Uid, name: impl Into<String>, term: Term) -> Self {
        let relation = Relation::Attribute(name.into(), term);
        Self { subject, relation }
    }

    /// `subject.getTag(key) == term`.
    #[must_use]
    pub fn tag(subject: Uid, key: impl Into<String>, term: Term) -> Self {
        let relation = Relation::Tag(key.into(), term);
        Self { subject, relation }
    }
}

/// A change of what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// This is so from now on. An attribute or a tag has one value: the new one takes the old one's place.
    Add(Fact),
    /// This membership, or the attribute or tag of this name, is no more; whatever its value.
    Drop(Fact),
    /// Nothing is said of this thing any more. What is said of others, with it as a value, stays.
    Forget(Uid),
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Long(value) => value.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Entity(uid) => uid.fmt(f),
            Self::Set(items) => f
                .debug_list()
                .entries(items.iter().map(format_args_of))
                .finish(),
            Self::Record(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, term)| (name, format_args_of(term)));
                f.debug_map().entries(fields).finish()
            }
            Self::Extension { function, argument } => write!(f, "{function}({argument:?})"),
        }
    }
}

/// What shows itself the same when debugged.
struct Shown<'a>(&'a Term);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

const fn format_args_of(term: &Term) -> Shown<'_> {
    Shown(term)
}
