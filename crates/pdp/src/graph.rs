//! All facts at one revision, with a way back from every entity to those that name it.

mod change;
mod read;

pub(crate) use self::read::Nodes;
use crate::names::{Names, Node};
use crate::paged::Paged;
use crate::shelf::Shelf;
use crate::value::Value;

/// How a fact is said, as a number. The order is that in which an entity's facts are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    In,
    Attribute,
    Tag,
    /// Of the way back only: somewhere within a record, or within a set of sets.
    Within,
}

/// What is said of an entity: the group, or the name of the attribute or tag.
pub(crate) type Key = (Way, Node);

/// One fact of an entity. A membership's value is the group.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) way: Way,
    pub(crate) name: Node,
    pub(crate) value: Value,
}

impl Link {
    pub(crate) const fn key(&self) -> Key {
        (self.way, self.name)
    }
}

/// The way back along a fact, from an entity to the one of which the fact is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Back {
    pub(crate) way: Way,
    pub(crate) name: Node,
    pub(crate) subject: Node,
}

#[derive(Debug, Clone, Default)]
struct Slot {
    links: Shelf<Link>,
    backs: Shelf<Back>,
}

/// All facts at one revision. A clone costs as good as nothing, and a change of the clone leaves
/// the original as it was: that is the consistent view of whoever reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    pub(crate) names: Names,
    slots: Paged<Slot>,
    facts: usize,
    pub(crate) revision: u64,
    /// How many names there were when all were given anew: none of them without need.
    pub(crate) needed: usize,
}
