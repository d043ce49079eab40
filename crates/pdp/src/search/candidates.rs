//! Which things a condition can hold for, found by going back along its facts.
//!
//! `principal in resource.location.dealer.staff` is true of exactly those resources that one finds by going, from each
//! group of the principal, back along `staff`, `dealer` and `location`. What is found this way need not be right, since
//! other parts of the condition may say no: each is asked about afterwards. But nothing may be missed.

use std::collections::BTreeSet;

use crate::code::{Binary, Code, Var};
use crate::eval::Stop;
use crate::names::Node;
use crate::scene::Scene;
use crate::value::Value;

/// Where a condition leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leads {
    /// Nowhere in particular: it may hold for anything.
    Anywhere,
    /// To these: it holds for nothing else.
    To(BTreeSet<Node>),
}

impl Leads {
    pub(super) fn nowhere() -> Self {
        Self::To(BTreeSet::new())
    }

    /// Both conditions hold: either lead will do, and the shorter is better.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::To(left), Self::To(right)) if left.len() <= right.len() => Self::To(left),
            (lead, Self::Anywhere) | (_, lead) => lead,
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::To(mut left), Self::To(right)) => {
                left.extend(right);
                Self::To(left)
            }
            _ => Self::Anywhere,
        }
    }
}

/// What is looked for: one of the four, or an attribute of the resource.
pub(super) struct Lead<'a, 'b> {
    pub(super) scene: &'a Scene<'b>,
    pub(super) var: Var,
    pub(super) attribute: Option<Node>,
}

impl Lead<'_, '_> {
    /// Everything for which the condition can hold.
    pub(super) fn condition(&self, code: &Code) -> Leads {
        if !code.mentions(self.var) {
            return match self.scene.holds(code) {
                Ok(true) | Err(Stop::Foreign) => Leads::Anywhere,
                Ok(false) | Err(Stop::Error) => Leads::nowhere(),
            };
        }
        match code {
            Code::And(codes) => self.condition(&codes[0]).and(self.condition(&codes[1])),
            Code::Or(codes) => self.condition(&codes[0]).or(self.condition(&codes[1])),
            Code::If(codes) => {
                let then = self.condition(&codes[0]).and(self.condition(&codes[1]));
                then.or(self.condition(&codes[2]))
            }
            Code::Binary(op, codes) => self.binary(*op, &codes[0], &codes[1]),
            _ => Leads::Anywhere,
        }
    }

    fn binary(&self, op: Binary, left: &Code, right: &Code) -> Leads {
        let lead = match (op, self.known(left), self.known(right)) {
            (Binary::Eq, Some(value), None) => one(&value).map(|value| self.back(right, value)),
            (Binary::Eq, None, Some(value)) => one(&value).map(|value| self.back(left, value)),
            (Binary::In, None, Some(groups)) => self
                .members(&groups)
                .map(|members| self.back(left, members)),
            (Binary::In, Some(member), None) => {
                one(&member).map(|member| self.groups(&member, right))
            }
            (Binary::Contains, Some(set), None) => each(&set).map(|items| self.back(right, items)),
            (Binary::Contains, None, Some(item)) => one(&item).map(|item| self.back(left, item)),
            (Binary::ContainsAny, Some(set), None) => {
                each(&set).map(|items| self.back(right, items))
            }
            (Binary::ContainsAny, None, Some(set)) => {
                each(&set).map(|items| self.back(left, items))
            }
            _ => None,
        };
        lead.unwrap_or(Leads::Anywhere)
    }

    /// The value of what does not depend on what is looked for.
    pub(super) fn known(&self, code: &Code) -> Option<Result<Value, Stop>> {
        (!code.mentions(self.var)).then(|| self.scene.eval(code))
    }

    fn members(&self, groups: &Result<Value, Stop>) -> Option<BTreeSet<Node>> {
        let groups = match groups {
            Ok(Value::Entity(group)) => BTreeSet::from([*group]),
            other => each(other)?,
        };
        if groups
            .iter()
            .any(|group| self.scene.actions.contains_key(group))
        {
            return None; // Actions' groups are the schema's: the facts do not lead back from them.
        }
        Some(self.scene.graph.descendants(groups).into_iter().collect())
    }

    /// `member in [resource.a, resource.b]` is `member in resource.a || member in resource.b`.
    fn groups(&self, member: &BTreeSet<Node>, groups: &Code) -> Leads {
        match groups {
            Code::Set(items) => {
                let leads = items.iter().map(|item| self.groups(member, item));
                leads.reduce(Leads::or).unwrap_or_else(Leads::nowhere)
            }
            path if path.mentions(self.var) => {
                let within = member
                    .iter()
                    .flat_map(|node| self.scene.ancestors(*node).to_vec());
                self.back(path, within.collect())
            }
            known => {
                let group = self.scene.eval(known);
                let is_in = one(&group).is_none_or(|groups| {
                    member.iter().any(|node| {
                        groups
                            .iter()
                            .any(|group| self.scene.is_within(*node, *group))
                    })
                });
                if is_in {
                    Leads::Anywhere
                } else {
                    Leads::nowhere()
                }
            }
        }
    }
}

/// The one entity. What is an error leads nowhere; what is no entity is not led back to.
fn one(value: &Result<Value, Stop>) -> Option<BTreeSet<Node>> {
    match value {
        Ok(Value::Entity(node)) => Some(BTreeSet::from([*node])),
        Err(Stop::Error) => Some(BTreeSet::new()),
        _ => None,
    }
}

/// The entities of a set, if it has nothing else.
fn each(value: &Result<Value, Stop>) -> Option<BTreeSet<Node>> {
    match value {
        Ok(Value::Set(set)) => {
            let entities = set.items.iter().map(|item| match item {
                Value::Entity(node) => Some(*node),
                _ => None,
            });
            entities.collect()
        }
        Err(Stop::Error) => Some(BTreeSet::new()),
        _ => None,
    }
}
