//! Reading facts.

use super::View;
use crate::fact::{Fact, Term, Uid};
use crate::graph::Way;
use crate::naming::Spelling as _;

impl View {
    /// How many facts there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.graph.len()
    }

    /// How many names are kept: those that facts and policies mention, and not many others.
    #[must_use]
    pub const fn names(&self) -> usize {
        self.graph.names.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether any fact mentions this.
    #[must_use]
    pub fn mentions(&self, uid: &Uid) -> bool {
        self.graph
            .find(uid)
            .is_some_and(|node| self.graph.mentions(node))
    }

    /// All facts, in the order in which their subjects were first heard of.
    pub fn facts(&self) -> impl Iterator<Item = Fact> {
        self.graph.facts()
    }

    /// Everything that is said of this.
    pub fn facts_of(&self, uid: &Uid) -> impl Iterator<Item = Fact> {
        let node = self.graph.find(uid);
        node.into_iter().flat_map(|node| self.graph.facts_of(node))
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, uid: &Uid, name: &str) -> Option<Term> {
        let names = &self.graph.names;
        let key = (Way::Attribute, names.find_text(name)?);
        let value = self.graph.get(self.graph.find(uid)?, key)?;
        Some(names.term(value))
    }

    /// The groups of which this is a member by a fact of its own.
    pub fn groups(&self, uid: &Uid) -> impl Iterator<Item = Uid> {
        let node = self.graph.find(uid).into_iter();
        let groups = node.flat_map(|node| self.graph.groups(node));
        groups.map(|group| self.graph.names.uid(group))
    }

    /// The members of this by facts of their own.
    pub fn members(&self, group: &Uid) -> impl Iterator<Item = Uid> {
        let node = self.graph.find(group).into_iter();
        let members = node.flat_map(|node| self.graph.members(node));
        members.map(|member| self.graph.names.uid(member))
    }

    /// Those of which this attribute is this, or a set with this in it.
    pub fn holders(&self, name: &str, value: &Uid) -> impl Iterator<Item = Uid> {
        let name = self.graph.names.find_text(name);
        let found = name.zip(self.graph.find(value)).into_iter();
        let holders = found.flat_map(|(name, value)| self.graph.backs(value, Way::Attribute, name));
        holders.map(|holder| self.graph.names.uid(holder))
    }
}
