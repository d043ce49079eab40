//! Finding the policies that a question could concern, without looking at the others.

use hashbrown::HashMap;

use super::Rule;
use super::scope::Which;
use crate::names::Node;
use crate::naming::Spelling as _;
use crate::scene::Scene;

type Numbers = Vec<usize>;

/// The policies of one action, each in one place: where the narrowest part of its scope is looked up.
#[derive(Debug, Default)]
pub(crate) struct Index {
    only_principal: HashMap<Node, Numbers>,
    only_resource: HashMap<Node, Numbers>,
    in_principal: HashMap<Node, Numbers>,
    in_resource: HashMap<Node, Numbers>,
    is_resource: HashMap<Node, Numbers>,
    is_principal: HashMap<Node, Numbers>,
    any: Numbers,
}

impl Index {
    pub(super) fn of<'a>(rules: impl Iterator<Item = (usize, &'a Rule)>) -> Self {
        let mut index = Self::default();
        for (number, rule) in rules {
            index.place(rule).push(number);
        }
        index
    }

    fn place(&mut self, rule: &Rule) -> &mut Numbers {
        let (principal, resource) = (&rule.principal, &rule.resource);
        match (principal.which, resource.which) {
            (Which::Only(node), _) => self.only_principal.entry(node),
            (_, Which::Only(node)) => self.only_resource.entry(node),
            (Which::In(node), _) => self.in_principal.entry(node),
            (_, Which::In(node)) => self.in_resource.entry(node),
            _ => match (resource.kind, principal.kind) {
                (Some(kind), _) => self.is_resource.entry(kind),
                (_, Some(kind)) => self.is_principal.entry(kind),
                _ => return &mut self.any,
            },
        }
        .or_default()
    }

    /// Each policy whose scope may cover this principal and resource, once.
    pub(super) fn candidates(&self, scene: &Scene<'_>, mut found: impl FnMut(usize)) {
        let mut look_up = |place: &HashMap<Node, Numbers>, node: Node| {
            if let Some(numbers) = place.get(&node) {
                numbers.iter().copied().for_each(&mut found);
            }
        };
        look_up(&self.only_principal, scene.principal);
        look_up(&self.only_resource, scene.resource);
        for (place, node) in [
            (&self.in_principal, scene.principal),
            (&self.in_resource, scene.resource),
        ] {
            if !place.is_empty() {
                scene
                    .ancestors(node)
                    .iter()
                    .for_each(|group| look_up(place, *group));
            }
        }
        look_up(&self.is_resource, scene.kind(scene.resource));
        look_up(&self.is_principal, scene.kind(scene.principal));
        self.any.iter().copied().for_each(found);
    }

    /// Every policy of the action.
    pub(crate) fn all(&self) -> impl Iterator<Item = usize> {
        let places = [
            &self.only_principal,
            &self.only_resource,
            &self.in_principal,
            &self.in_resource,
            &self.is_resource,
            &self.is_principal,
        ];
        let numbers = places.into_iter().flat_map(HashMap::values).flatten();
        numbers.chain(&self.any).copied()
    }
}
