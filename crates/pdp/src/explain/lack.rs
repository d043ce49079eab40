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
    pub(super) fn and(mut self, other: Self) -> Self {
        self.facts.extend(other.facts);
        self.missing.extend(other.missing);
        self
    }

    pub(super) fn of(facts: Path, missing: Told) -> Self {
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
pub(super) fn least(lacks: impl Iterator<Item = Lack>) -> Option<Lack> {
    lacks.min_by_key(|lack| lack.missing.len())
}
