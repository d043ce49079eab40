//! What would have to be so for one thing to be in another.

use super::lack::{Lack, Lacks, least};
use super::proof::Proofs;
use super::{Path, Told};
use crate::graph::Way;
use crate::names::Node;
use crate::naming::Spelling as _;
use crate::value::Value;

impl Lacks<'_, '_> {
    /// The least that is missing for one to be in the other. Of the ways that lack as much, one through a group that the
    /// principal is in already comes before one through a group of the member itself, and that before joining directly.
    pub(super) fn membership(&self, member: Node, group: Node, base: Option<Node>) -> Option<Lack> {
        let direct = self
            .may_join(member, group)
            .then(|| Lack::of(Path::new(), joins(member, group)));
        let ways = [
            self.through_own(member, group),
            self.through_member(member, group, base),
            direct,
        ];
        least(ways.into_iter().flatten())
    }

    /// The principal is in something that is in the group, and only the member itself is not.
    fn through_own(&self, member: Node, group: Node) -> Option<Lack> {
        let principal = self.scene.principal;
        let own = self.scene.ancestors(principal);
        let mut own = own
            .iter()
            .copied()
            .filter(|own| ![member, principal].contains(own));
        let own =
            own.find(|own| self.scene.is_within(*own, group) && self.may_join(member, *own))?;
        let facts = self
            .chain(principal, own)
            .into_iter()
            .chain(self.chain(own, group));
        Some(Lack::of(facts.collect(), joins(member, own)))
    }

    /// Something that the member, or else the principal, is in would have to join the group. What has to do with the
    /// group's owner comes first, and of that the nearest.
    fn through_member(&self, member: Node, group: Node, base: Option<Node>) -> Option<Lack> {
        let of_member = self.scene.ancestors(member);
        let of_principal = self.scene.ancestors(self.scene.principal);
        let ends = [member, self.scene.principal, group];
        let own = of_member.iter().chain(of_principal.iter()).copied();
        let own = own.filter(|own| !ends.contains(own) && self.may_join(*own, group));
        let own = own.filter(|own| !self.scene.is_within(group, *own));
        let lacks = own.filter_map(|own| {
            let joined = Lack::of(Path::new(), joins(own, group));
            let lack = if of_member.contains(&own) {
                Lack {
                    facts: self.chain(member, own),
                    ..Lack::default()
                }
            } else {
                let may = self.may_join(member, own);
                may.then(|| Lack::of(self.chain(self.scene.principal, own), joins(member, own)))?
            };
            let unrelated = base.is_none_or(|base| !self.is_related(own, base));
            Some((unrelated, lack.and(joined)))
        });
        lacks
            .min_by_key(|(unrelated, lack)| (*unrelated, lack.missing.len(), lack.facts.len()))
            .map(|(_, lack)| lack)
    }

    /// Whether one is in the other, or in something that the other is in or names.
    fn is_related(&self, one: Node, other: Node) -> bool {
        let own = self.scene.ancestors(one);
        let named = self
            .scene
            .graph
            .links(other)
            .filter_map(|link| match link.value {
                Value::Entity(node) => Some(node),
                _ => None,
            });
        named.chain([other]).any(|node| own.contains(&node))
    }

    fn chain(&self, from: Node, to: Node) -> Path {
        Proofs::memberships(from, to, self.scene).first()
    }

    fn may_join(&self, member: Node, group: Node) -> bool {
        let kind = |node| self.scene.text(self.scene.kind(node));
        self.shape
            .is_none_or(|shape| shape.may_join(&kind(member), &kind(group)))
    }
}

const fn joins(member: Node, group: Node) -> Told {
    (member, Way::In, group, Value::Entity(group))
}
