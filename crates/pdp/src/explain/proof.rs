//! The ways on which a condition holds.

use smallvec::smallvec;

use super::{MOST, Path, Told};
use crate::code::{Binary, Code};
use crate::graph::Way;
use crate::names::Node;
use crate::program::{Rule, Scope, Which};
use crate::scene::Scene;
use crate::value::Value;

/// Alternatives: each is all that one way rests on.
#[derive(Debug, Clone)]
pub(super) struct Proofs(Vec<Path>);

impl Proofs {
    /// It holds, and rests on nothing.
    fn bare() -> Self {
        Self(vec![Path::new()])
    }

    /// Every way of the one with every way of the other.
    pub(super) fn and(&self, other: &Self) -> Self {
        let joined = self.0.iter().flat_map(|left| {
            other.0.iter().map(move |right| {
                let mut path = left.clone();
                right.iter().for_each(|told| push(&mut path, told.clone()));
                path
            })
        });
        Self(joined.take(MOST).collect())
    }

    fn or(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self.0.truncate(MOST);
        self
    }

    pub(super) fn into_paths(self) -> impl Iterator<Item = Path> {
        self.0.into_iter()
    }

    pub(super) fn first(self) -> Path {
        self.0.into_iter().next().unwrap_or_default()
    }

    /// How a policy's scope covers the question.
    pub(super) fn of_scope(rule: &Rule, scene: &Scene<'_>) -> Self {
        let of = |scope: &Scope, node| match scope.which {
            Which::In(group) => Self::memberships(node, group, scene),
            _ => Self::bare(),
        };
        of(&rule.principal, scene.principal).and(&of(&rule.resource, scene.resource))
    }

    /// How a condition holds. It does.
    pub(super) fn of(code: &Code, scene: &Scene<'_>) -> Self {
        match code {
            Code::And(codes) => Self::of(&codes[0], scene).and(&Self::of(&codes[1], scene)),
            Code::Or(codes) => {
                let holding = codes.iter().filter(|code| scene.holds(code) == Ok(true));
                let ways = holding.map(|code| Self::of(code, scene));
                ways.reduce(Self::or).unwrap_or_else(Self::bare)
            }
            Code::If(codes) => {
                let branch = if scene.holds(&codes[0]) == Ok(true) {
                    &codes[1]
                } else {
                    &codes[2]
                };
                Self(vec![reads(&codes[0], scene)]).and(&Self::of(branch, scene))
            }
            Code::Binary(Binary::In, codes) => Self::of_in(&codes[0], &codes[1], scene),
            other => Self(vec![reads(other, scene)]),
        }
    }

    fn of_in(member: &Code, groups: &Code, scene: &Scene<'_>) -> Self {
        let Ok(Value::Entity(node)) = scene.eval(member) else {
            return Self::bare();
        };
        let listed = match groups {
            Code::Set(items) => items.iter().collect(),
            path => vec![path],
        };
        let ways = listed.into_iter().flat_map(|path| {
            let read = reads(path, scene);
            targets(path, scene)
                .into_iter()
                .filter(|group| scene.is_within(node, *group))
                .map(move |group| {
                    Self(vec![read.clone()]).and(&Self::memberships(node, group, scene))
                })
        });
        let ways = ways.reduce(Self::or).unwrap_or_else(Self::bare);
        Self(vec![reads(member, scene)]).and(&ways)
    }

    /// Every chain of memberships from one to the other.
    pub(super) fn memberships(node: Node, group: Node, scene: &Scene<'_>) -> Self {
        let mut chains = Vec::new();
        climb(node, group, scene, &mut Path::new(), &mut chains);
        Self(chains)
    }
}

fn climb(node: Node, group: Node, scene: &Scene<'_>, below: &mut Path, chains: &mut Vec<Path>) {
    if chains.len() == MOST {
        return;
    }
    if node == group {
        chains.push(below.clone());
        return;
    }
    let next = scene
        .graph
        .groups(node)
        .filter(|next| scene.is_within(*next, group));
    for next in next.collect::<Vec<_>>() {
        below.push((node, Way::In, next, Value::Entity(next)));
        climb(next, group, scene, below, chains);
        below.pop();
    }
}

/// The groups that an expression names.
pub(super) fn targets(code: &Code, scene: &Scene<'_>) -> Vec<Node> {
    let mut found = Vec::new();
    if let Ok(value @ (Value::Entity(_) | Value::Set(_))) = scene.eval(code) {
        value.each_entity(&mut |node| found.push(node));
    }
    found
}

/// The facts that an expression reads, from the inside out.
pub(super) fn reads(code: &Code, scene: &Scene<'_>) -> Path {
    let mut path = Path::new();
    for part in code.parts() {
        reads(part, scene)
            .into_iter()
            .for_each(|told| push(&mut path, told));
    }
    if let Some(told) = read(code, scene) {
        push(&mut path, told);
    }
    path
}

fn read(code: &Code, scene: &Scene<'_>) -> Option<Told> {
    let (of, key) = match code {
        Code::Get(of, name) | Code::Has(of, name) => (&**of, (Way::Attribute, *name)),
        Code::Binary(Binary::GetTag | Binary::HasTag, codes) => match scene.eval(&codes[1]) {
            Ok(Value::Text(key)) => (&codes[0], (Way::Tag, key)),
            _ => return None,
        },
        _ => return None,
    };
    match scene.eval(of) {
        Ok(Value::Entity(subject)) => {
            Some((subject, key.0, key.1, scene.get(subject, key)?.clone()))
        }
        _ => None,
    }
}

/// Each once.
fn push(path: &mut Path, told: Told) {
    if !path.contains(&told) {
        path.push(told);
    }
}

/// One fact.
pub(super) fn only(told: Told) -> Path {
    smallvec![told]
}
