//! Scopes: the part of a policy by which it can be found.

use cedar_policy::pst::{
    ActionConstraint, EntityOrSlot, EntityType, PrincipalConstraint, ResourceConstraint,
};

use crate::compile::uid;
use crate::graph::Graph;
use crate::names::Node;
use crate::naming::{Naming as _, Spelling as _};
use crate::scene::{Actions, Scene};

/// Whom, or what, a policy is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) kind: Option<Node>,
    pub(crate) which: Which,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Any,
    Only(Node),
    In(Node),
    /// A slot that nothing was put into. It covers nothing.
    Open,
}

impl Scope {
    pub(super) fn of_principal(constraint: &PrincipalConstraint, graph: &mut Graph) -> Self {
        match constraint {
            PrincipalConstraint::Any => Self::new(None, Which::Any, graph),
            PrincipalConstraint::Eq(entity) => Self::entity(None, entity, Which::Only, graph),
            PrincipalConstraint::In(entity) => Self::entity(None, entity, Which::In, graph),
            PrincipalConstraint::Is(kind) => Self::new(Some(kind), Which::Any, graph),
            PrincipalConstraint::IsIn(kind, entity) => {
                Self::entity(Some(kind), entity, Which::In, graph)
            }
        }
    }

    pub(super) fn of_resource(constraint: &ResourceConstraint, graph: &mut Graph) -> Self {
        match constraint {
            ResourceConstraint::Any => Self::new(None, Which::Any, graph),
            ResourceConstraint::Eq(entity) => Self::entity(None, entity, Which::Only, graph),
            ResourceConstraint::In(entity) => Self::entity(None, entity, Which::In, graph),
            ResourceConstraint::Is(kind) => Self::new(Some(kind), Which::Any, graph),
            ResourceConstraint::IsIn(kind, entity) => {
                Self::entity(Some(kind), entity, Which::In, graph)
            }
        }
    }

    fn new(kind: Option<&EntityType>, which: Which, graph: &mut Graph) -> Self {
        let kind = kind.map(|kind| graph.text_node(&kind.to_string()));
        Self { kind, which }
    }

    fn entity(
        kind: Option<&EntityType>,
        entity: &EntityOrSlot,
        which: fn(Node) -> Which,
        graph: &mut Graph,
    ) -> Self {
        let which = match entity {
            EntityOrSlot::Entity(entity) => which(graph.node(&uid(entity))),
            EntityOrSlot::Slot(_) => Which::Open,
        };
        Self::new(kind, which, graph)
    }

    /// Whether it covers this one, or would if other facts were known.
    pub(super) fn may_cover(&self, node: Node, scene: &Scene<'_>) -> bool {
        self.kind.is_none_or(|kind| scene.kind(node) == kind)
            && match self.which {
                Which::Any | Which::In(_) => true,
                Which::Only(other) => node == other,
                Which::Open => false,
            }
    }

    pub(crate) fn covers(&self, node: Node, scene: &Scene<'_>) -> bool {
        self.kind.is_none_or(|kind| scene.kind(node) == kind)
            && match self.which {
                Which::Any => true,
                Which::Only(other) => node == other,
                Which::In(group) => scene.is_within(node, group),
                Which::Open => false,
            }
    }
}

/// Which actions a policy is about.
#[derive(Debug)]
pub(super) enum ActionScope {
    Any,
    Only(Node),
    In(Vec<Node>),
}

impl ActionScope {
    pub(super) fn of(constraint: &ActionConstraint, graph: &mut Graph) -> Self {
        match constraint {
            ActionConstraint::Any => Self::Any,
            ActionConstraint::Eq(action) => Self::Only(graph.node(&uid(action))),
            ActionConstraint::In(actions) => Self::In(
                actions
                    .iter()
                    .map(|action| graph.node(&uid(action)))
                    .collect(),
            ),
        }
    }

    pub(super) fn named(&self) -> &[Node] {
        match self {
            Self::Any => &[],
            Self::Only(action) => std::slice::from_ref(action),
            Self::In(actions) => actions,
        }
    }

    /// Whether it is about this action, or about one that nothing names.
    pub(super) fn covers(&self, action: Option<Node>, groups: &Actions) -> bool {
        let Some(action) = action else {
            return matches!(self, Self::Any);
        };
        match self {
            Self::Any => true,
            Self::Only(other) => *other == action,
            Self::In(actions) => {
                let within = groups.get(&action);
                let is_in = |group: &Node| {
                    *group == action || within.is_some_and(|within| within.contains(group))
                };
                actions.iter().any(is_in)
            }
        }
    }
}
