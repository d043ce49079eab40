//! What would have to be so for a condition to hold.

use super::proof::{Proofs, only, reads, targets};
use super::{Path, Told};
use crate::code::{Binary, Code};
use crate::graph::Way;
use crate::names::Node;
use crate::naming::Spelling as _;
use crate::policies::Shape;
use crate::program::{Rule, Scope, Which};
use crate::scene::Scene;
use crate::value::Value;

/// What is so, and what is missing.
#[derive(Debug, Clone, Default)]
pub(super) struct Lack {
    pub(super) facts: Path,
    pub(super) missing: Path,
}

impl Lack {
    fn and(mut self, other: Self) -> Self {
        self.facts.extend(other.facts);
        self.missing.extend(other.missing);
        self
    }

    fn of(facts: Path, missing: Told) -> Self {
        let missing = only(missing);
        Self { facts, missing }
    }
}

/// Looks for the least that is missing. Only memberships and single values can be: that something is absent, or
/// greater, or not so, is no missing fact.
pub(super) struct Lacks<'a, 'b> {
    pub(super) scene: &'a Scene<'b>,
    pub(super) shape: Option<&'a Shape>,
}

impl Lacks<'_, '_> {
    pub(super) fn of_rule(&self, rule: &Rule) -> Option<Lack> {
        let principal = self.of_scope(&rule.principal, self.scene.principal)?;
        let resource = self.of_scope(&rule.resource, self.scene.resource)?;
        Some(principal.and(resource).and(self.of(&rule.condition)?))
    }

    fn of_scope(&self, scope: &Scope, node: Node) -> Option<Lack> {
        if scope.covers(node, self.scene) {
            return Some(Lack::default());
        }
        match scope.which {
            Which::In(group) if scope.kind.is_none_or(|kind| self.scene.kind(node) == kind) => {
                self.membership(node, group, None)
            }
            _ => None,
        }
    }

    fn of(&self, code: &Code) -> Option<Lack> {
        if self.scene.holds(code) == Ok(true) {
            let facts = Proofs::of(code, self.scene).first();
            return Some(Lack {
                facts,
                ..Lack::default()
            });
        }
        match code {
            Code::And(codes) => self.of_both(&codes[0], &codes[1]),
            Code::Or(codes) => least(codes.iter().filter_map(|code| self.of(code))),
            Code::If(codes) => {
                let holds = self.scene.holds(&codes[0]).ok()?;
                self.of(if holds { &codes[1] } else { &codes[2] })
            }
            Code::Binary(Binary::In, codes) => self.of_in(&codes[0], &codes[1]),
            Code::Binary(Binary::Eq, codes) => {
                let [left, right] = &**codes;
                self.of_value(left, right)
                    .or_else(|| self.of_value(right, left))
            }
            _ => None,
        }
    }

    /// `x has a && x.a == y` lacks one fact, not two.
    fn of_both(&self, left: &Code, right: &Code) -> Option<Lack> {
        let right = self.of(right)?;
        let is_given = |name: &Node| {
            right
                .missing
                .iter()
                .any(|(_, way, given, _)| (*way, given) == (Way::Attribute, name))
        };
        match (self.of(left), left) {
            (Some(left), _) => Some(left.and(right)),
            (None, Code::Has(_, name)) if is_given(name) => Some(right),
            _ => None,
        }
    }

    fn of_in(&self, member: &Code, groups: &Code) -> Option<Lack> {
        let Ok(Value::Entity(node)) = self.scene.eval(member) else {
            return None;
        };
        let listed = match groups {
            Code::Set(items) => items.iter().collect(),
            path => vec![path],
        };
        least(listed.into_iter().filter_map(|path| {
            let found = targets(path, self.scene).into_iter();
            let lack = least(
                found.filter_map(|group| self.membership(node, group, base(path, self.scene))),
            )?;
            let facts = reads(path, self.scene);
            Some(
                Lack {
                    facts,
                    ..Lack::default()
                }
                .and(lack),
            )
        }))
    }

    /// An attribute that would have to have the value of the other side.
    fn of_value(&self, attribute: &Code, value: &Code) -> Option<Lack> {
        let Code::Get(of, name) = attribute else {
            return None;
        };
        match (self.scene.eval(of), self.scene.eval(value)) {
            (Ok(Value::Entity(subject)), Ok(value)) => Some(Lack::of(
                reads(of, self.scene),
                (subject, Way::Attribute, *name, value),
            )),
            _ => None,
        }
    }

    /// The least that is missing for one to be in the other. Of the ways that lack as much, one through a group that the
    /// principal is in already comes before one through a group of the member itself, and that before joining directly.
    fn membership(&self, member: Node, group: Node, base: Option<Node>) -> Option<Lack> {
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

/// Of what a path's last step is read.
fn base(path: &Code, scene: &Scene<'_>) -> Option<Node> {
    let of = match path {
        Code::Get(of, _) => of,
        Code::Binary(Binary::GetTag, codes) => &codes[0],
        _ => return None,
    };
    match scene.eval(of) {
        Ok(Value::Entity(node)) => Some(node),
        _ => None,
    }
}

/// The first of those that lack least.
fn least(lacks: impl Iterator<Item = Lack>) -> Option<Lack> {
    lacks.min_by_key(|lack| lack.missing.len())
}
