//! Names as numbers: what is compared a million times is compared once as text.

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};
use uuid::Uuid;

use crate::naming::{Naming, Spelling};
use crate::paged::Paged;

/// The number of a name: of an entity, or of a text such as an attribute's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Node(pub(crate) u32);

impl Node {
    /// The kind of all texts: they are no entities.
    pub(crate) const TEXT: Self = Self(u32::MAX);
    /// From here on, names that only one question knows.
    const LOCAL: u32 = 1 << 31;

    /// The number of the question's own name at this index.
    pub(crate) fn local(index: usize) -> Self {
        Self(u32::try_from(index).map_or(Self::TEXT.0, |index| Self::LOCAL | index))
    }

    /// The index, if it is a name of a question's own.
    pub(crate) const fn local_index(self) -> Option<usize> {
        if self.0 >= Self::LOCAL {
            Some((self.0 - Self::LOCAL) as usize)
        } else {
            None
        }
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A name, in 24 bytes if it is a UUID in its usual form.
#[derive(Debug, Clone)]
enum Name {
    Uuid(Node, [u8; 16]),
    Text(Node, Arc<str>),
}

impl Default for Name {
    fn default() -> Self {
        Self::Uuid(Node::TEXT, [0; 16])
    }
}

#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Uuid(Node, [u8; 16]),
    Text(Node, &'a str),
}

impl<'a> Key<'a> {
    /// Only a UUID that is written back as it came is kept as a number: `A` is not `a` in an id.
    fn of(kind: Node, text: &'a str) -> Self {
        let canonical = text.len() == 36 && !text.bytes().any(|byte| byte.is_ascii_uppercase());
        let uuid = canonical.then(|| Uuid::try_parse(text).ok()).flatten();
        uuid.map_or(Self::Text(kind, text), |uuid| {
            Self::Uuid(kind, uuid.into_bytes())
        })
    }
}

impl Name {
    fn key(&self) -> Key<'_> {
        match self {
            Self::Uuid(kind, bytes) => Key::Uuid(*kind, *bytes),
            Self::Text(kind, text) => Key::Text(*kind, text),
        }
    }
}

impl From<Key<'_>> for Name {
    fn from(key: Key<'_>) -> Self {
        match key {
            Key::Uuid(kind, bytes) => Self::Uuid(kind, bytes),
            Key::Text(kind, text) => Self::Text(kind, text.into()),
        }
    }
}

const SHARDS: usize = 4096;

/// All names, from the first to the last. A number once given stays, so that policies keep theirs
/// while facts come and go; until all are given anew.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    by_number: Paged<Name>,
    shards: Paged<Arc<HashTable<u32>>>,
    hasher: DefaultHashBuilder,
    count: u32,
}

impl Names {
    pub(crate) fn find(&self, kind: Node, text: &str) -> Option<Node> {
        self.find_key(&Key::of(kind, text))
    }

    pub(crate) fn find_text(&self, text: &str) -> Option<Node> {
        self.find(Node::TEXT, text)
    }

    fn find_key(&self, key: &Key<'_>) -> Option<Node> {
        let hash = self.hasher.hash_one(key);
        let shard = self.shards.get(shard(hash))?;
        let found = shard.find(hash, |index| self.key(Node(*index)).as_ref() == Some(key));
        found.map(|index| Node(*index))
    }

    fn key(&self, node: Node) -> Option<Key<'_>> {
        self.by_number.get(node.index()).map(Name::key)
    }

    pub(crate) const fn len(&self) -> usize {
        self.count as usize
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Node> + use<> {
        (0..self.count).map(Node)
    }
}

impl Spelling for Names {
    fn kind(&self, node: Node) -> Node {
        match self.by_number.get(node.index()) {
            Some(Name::Uuid(kind, _) | Name::Text(kind, _)) => *kind,
            None => Node::TEXT,
        }
    }

    fn text(&self, node: Node) -> Cow<'_, str> {
        match self.by_number.get(node.index()) {
            Some(Name::Uuid(_, bytes)) => Uuid::from_bytes(*bytes).to_string().into(),
            Some(Name::Text(_, text)) => Cow::Borrowed(text),
            None => Cow::Borrowed(""),
        }
    }
}

impl Naming for Names {
    fn name(&mut self, kind: Node, text: &str) -> Node {
        let key = Key::of(kind, text);
        if let Some(known) = self.find_key(&key) {
            return known;
        }
        assert!(self.count < Node::LOCAL, "two thousand million names");
        let node = Node(self.count);
        let hash = self.hasher.hash_one(&key);
        *self.by_number.get_mut(node.index()) = key.into();
        self.count += 1;
        let (names, hasher) = (&self.by_number, &self.hasher);
        let rehash = |index: &u32| {
            names
                .get(*index as usize)
                .map_or(0, |name| hasher.hash_one(name.key()))
        };
        let shard = Arc::make_mut(self.shards.get_mut(shard(hash)));
        shard.insert_unique(hash, node.0, rehash);
        node
    }
}

/// The bits of a hash that the table itself uses least.
fn shard(hash: u64) -> usize {
    (hash >> 32) as usize % SHARDS
}
