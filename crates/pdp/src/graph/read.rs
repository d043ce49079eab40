//! Reading facts.

use std::cmp::Ordering;
use std::collections::VecDeque;

use hashbrown::{HashMap, HashSet};
use smallvec::SmallVec;

use super::{Back, Graph, Key, Link, Slot, Way};
use crate::fact::{Fact, Relation};
use crate::names::Node;
use crate::naming::Spelling as _;
use crate::value::Value;

/// A few nodes, in order, each once.
pub(crate) type Nodes = SmallVec<[Node; 16]>;

impl Graph {
    pub(super) fn slot(&self, node: Node) -> Option<&Slot> {
        self.slots.get(node.index())
    }

    /// How many facts there are.
    pub(crate) const fn len(&self) -> usize {
        self.facts
    }

    /// All facts, as they would be told.
    pub(crate) fn facts(&self) -> impl Iterator<Item = Fact> {
        self.names.all().flat_map(|node| self.facts_of(node))
    }

    pub(crate) fn facts_of(&self, node: Node) -> impl Iterator<Item = Fact> {
        self.links(node).map(move |link| self.fact(node, link))
    }

    /// The fact of this key, if it is one.
    pub(crate) fn fact_of(&self, subject: Node, key: Key) -> Option<Fact> {
        let links = &self.slot(subject)?.links;
        let link = links.get(|link| link.key().cmp(&key))?;
        Some(self.fact(subject, link))
    }

    /// By which memberships the one is in the other: one way of the shortest, from its end.
    pub(crate) fn chain(&self, from: Node, to: Node) -> Vec<(Node, Node)> {
        let mut below: HashMap<Node, Node> = HashMap::from([(from, from)]);
        let mut ahead = VecDeque::from([from]);
        while let Some(node) = ahead.pop_front().filter(|node| *node != to) {
            for group in self.groups(node) {
                below.entry(group).or_insert_with(|| {
                    ahead.push_back(group);
                    node
                });
            }
        }
        let step = |group: &Node| below.get(group).filter(|member| *member != group).copied();
        let chain = std::iter::successors(Some(to), step);
        chain
            .filter_map(|group| Some((step(&group)?, group)))
            .collect()
    }

    fn fact(&self, subject: Node, link: &Link) -> Fact {
        let names = &self.names;
        let name = || names.text(link.name).into_owned();
        let relation = match link.way {
            Way::In | Way::Within => Relation::In(names.uid(link.name)),
            Way::Attribute => Relation::Attribute(name(), names.term(&link.value)),
            Way::Tag => Relation::Tag(name(), names.term(&link.value)),
        };
        let subject = names.uid(subject);
        Fact { subject, relation }
    }

    /// Everything that is said of an entity.
    pub(crate) fn links(&self, node: Node) -> impl Iterator<Item = &Link> {
        self.slot(node)
            .into_iter()
            .flat_map(|slot| slot.links.iter())
    }

    /// The value of an attribute or a tag.
    pub(crate) fn get(&self, node: Node, key: Key) -> Option<&Value> {
        let link = self.slot(node)?.links.get(|link| link.key().cmp(&key))?;
        Some(&link.value)
    }

    /// The groups of which it is a member by a fact of its own.
    pub(crate) fn groups(&self, node: Node) -> impl Iterator<Item = Node> {
        let links = self.links(node).take_while(|link| link.way == Way::In);
        links.map(|link| link.name)
    }

    /// Of whom it is said, in this way and by this name, that their value is this entity.
    pub(crate) fn backs(&self, node: Node, way: Way, name: Node) -> impl Iterator<Item = Node> {
        let order = move |back: &Back| match (back.way, back.name).cmp(&(way, name)) {
            Ordering::Equal => Ordering::Greater,
            other => other,
        };
        let slot = self.slot(node).into_iter();
        let backs = slot.flat_map(move |slot| slot.backs.from(order));
        let backs = backs.take_while(move |back| (back.way, back.name) == (way, name));
        backs.map(|back| back.subject)
    }

    /// As [`backs`](Self::backs), by whatever name.
    pub(crate) fn backs_by_any_name(&self, node: Node, way: Way) -> impl Iterator<Item = Node> {
        let slot = self.slot(node).into_iter();
        let backs = slot.flat_map(move |slot| {
            slot.backs
                .from(move |back| back.way.cmp(&way).then(Ordering::Greater))
        });
        backs
            .take_while(move |back| back.way == way)
            .map(|back| back.subject)
    }

    /// The members of a group by facts of their own.
    pub(crate) fn members(&self, group: Node) -> impl Iterator<Item = Node> {
        self.backs(group, Way::In, group)
    }

    /// Itself and all groups that it is in, however indirectly.
    pub(crate) fn ancestors(&self, node: Node) -> Nodes {
        closure([node], |node, found| self.groups(node).for_each(found))
    }

    /// These and all that are in them, however indirectly.
    pub(crate) fn descendants(&self, nodes: impl IntoIterator<Item = Node>) -> Nodes {
        closure(nodes, |node, found| self.members(node).for_each(found))
    }

    /// Whether any fact mentions it.
    pub(crate) fn mentions(&self, node: Node) -> bool {
        self.slot(node)
            .is_some_and(|slot| !slot.links.is_empty() || !slot.backs.is_empty())
    }
}

/// Everything that can be reached, in order.
fn closure(
    from: impl IntoIterator<Item = Node>,
    step: impl Fn(Node, &mut dyn FnMut(Node)),
) -> Nodes {
    let mut reached = Reached::default();
    from.into_iter().for_each(|node| reached.add(node));
    let mut next = 0;
    while let Some(node) = reached.nodes.get(next).copied() {
        next += 1;
        step(node, &mut |node| reached.add(node));
    }
    reached.nodes.sort_unstable();
    reached.nodes
}

/// Few are compared one by one; many are hashed.
#[derive(Default)]
struct Reached {
    nodes: Nodes,
    hashed: HashSet<Node>,
}

impl Reached {
    const FEW: usize = 32;

    fn add(&mut self, node: Node) {
        if self.nodes.len() < Self::FEW {
            if !self.nodes.contains(&node) {
                self.nodes.push(node);
            }
            return;
        }
        if self.hashed.is_empty() {
            self.hashed.extend(&self.nodes);
        }
        if self.hashed.insert(node) {
            self.nodes.push(node);
        }
    }
}
