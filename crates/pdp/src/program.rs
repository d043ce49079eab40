//! Policies, compiled against the names of the facts.

mod index;
mod reference;
mod scope;

use std::sync::Arc;

use cedar_policy::pst::{self, PstConstructionError};
use cedar_policy::{Effect, Entity, Policy, PolicySet};
use hashbrown::{HashMap, HashSet};

use self::index::Index;
use self::scope::ActionScope;
pub(crate) use self::scope::{Scope, Which};
use crate::code::Code;
use crate::compile;
use crate::eval::Stop;
use crate::fact::Uid;
use crate::graph::Graph;
use crate::names::Node;
use crate::naming::Naming as _;
use crate::policies::Policies;
use crate::scene::{Actions, Scene};

/// One policy: compiled, and as Cedar has it.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: Arc<str>,
    pub(crate) effect: Effect,
    pub(crate) principal: Scope,
    action: ActionScope,
    pub(crate) resource: Scope,
    pub(crate) condition: Code,
    steps: usize,
    alone: PolicySet,
}

/// A version of the policies.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) rules: Vec<Rule>,
    pub(crate) version: Arc<str>,
    pub(crate) actions: Actions,
    action_entities: Vec<Entity>,
    by_action: HashMap<Node, Index>,
    /// For an action that neither the schema nor a policy names.
    otherwise: Index,
    /// What may do what to what, by types; `None` if the policies are not validated.
    pub(crate) environments: Option<HashSet<(Node, Node, Node)>>,
}

/// The policies that have a say in an answer, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    permits: Vec<usize>,
    forbids: Vec<usize>,
    pub(crate) errors: Vec<usize>,
}

impl Verdict {
    pub(crate) fn is_allowed(&self) -> bool {
        self.forbids.is_empty() && !self.permits.is_empty()
    }

    /// Those to which the answer is due: what forbids, or else what permits.
    pub(crate) fn determining(&self) -> &[usize] {
        if self.forbids.is_empty() {
            &self.permits
        } else {
            &self.forbids
        }
    }
}

impl Program {
    pub(crate) fn compile(
        policies: &Policies,
        graph: &mut Graph,
    ) -> Result<Self, PstConstructionError> {
        let rules: Result<Vec<_>, _> = policies
            .each()
            .map(|policy| Rule::compile(policy, graph))
            .collect();
        let rules = rules?;
        let actions = actions(policies, graph);
        let named = rules
            .iter()
            .flat_map(|rule| rule.action.named().iter().copied());
        let named: HashSet<Node> = actions.keys().copied().chain(named).collect();
        let index = |action: Option<Node>| {
            let matching = rules.iter().enumerate();
            Index::of(matching.filter(|(_, rule)| rule.action.covers(action, &actions)))
        };
        Ok(Self {
            by_action: named
                .into_iter()
                .map(|action| (action, index(Some(action))))
                .collect(),
            otherwise: index(None),
            version: policies.version().into(),
            action_entities: policies.action_entities(),
            environments: environments(policies, graph),
            actions,
            rules,
        })
    }

    /// What the policies say in this scene.
    pub(crate) fn decide(&self, scene: &Scene<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        self.index(scene.action).candidates(scene, |number| {
            let rule = &self.rules[number];
            match (self.applies(rule, scene), rule.effect) {
                (Ok(false), _) => {}
                (Ok(true), Effect::Permit) => verdict.permits.push(number),
                (Ok(true), Effect::Forbid) => verdict.forbids.push(number),
                (Err(Failed), _) => verdict.errors.push(number),
            }
        });
        verdict
    }

    /// Whether the answer is yes, and stays so whatever facts are added: there is no policy that could forbid it, and one that
    /// permits it cannot cease to.
    pub(crate) fn stands(&self, scene: &Scene<'_>) -> bool {
        let mut concerned = self.index(scene.action).all();
        let may_be_forbidden = concerned.any(|number| {
            let rule = &self.rules[number];
            !rule.permits() && rule.may_cover(scene)
        });
        let permits = self.decide(scene).permits;
        let mut conditions = permits.iter().map(|number| &self.rules[*number].condition);
        !may_be_forbidden && conditions.any(Code::lasts)
    }

    pub(crate) fn index(&self, action: Node) -> &Index {
        self.by_action.get(&action).unwrap_or(&self.otherwise)
    }

    /// Whether a policy's scope and condition hold. Where the compiled condition ends, Cedar goes on.
    pub(crate) fn applies(&self, rule: &Rule, scene: &Scene<'_>) -> Result<bool, Failed> {
        if !rule.principal.covers(scene.principal, scene)
            || !rule.resource.covers(scene.resource, scene)
        {
            return Ok(false);
        }
        match scene.holds(&rule.condition) {
            Ok(holds) => Ok(holds),
            Err(Stop::Error) => Err(Failed),
            Err(Stop::Foreign) => reference::applies(rule, scene, &self.action_entities),
        }
    }
}

/// Cedar says that evaluating the policy failed, and leaves it out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failed;

impl Rule {
    pub(crate) fn permits(&self) -> bool {
        self.effect == Effect::Permit
    }

    /// Whether the scope covers the scene, or would if other facts were known.
    fn may_cover(&self, scene: &Scene<'_>) -> bool {
        self.principal.may_cover(scene.principal, scene)
            && self.resource.may_cover(scene.resource, scene)
    }

    fn compile(policy: &Policy, graph: &mut Graph) -> Result<Self, PstConstructionError> {
        let body = match policy.to_pst()? {
            pst::Policy::Static(fixed) => fixed.body().clone(),
            pst::Policy::Linked(linked) => linked.into_static_policy()?.body().clone(),
        };
        let fixed = Policy::from_pst(pst::Policy::Static(body.clone().try_into()?))?;
        let mut alone = PolicySet::new();
        let added = alone.add(fixed);
        debug_assert!(added.is_ok(), "one policy is no duplicate");
        let condition = compile::condition(&body, graph);
        Ok(Self {
            id: AsRef::<str>::as_ref(policy.id()).into(),
            effect: policy.effect(),
            principal: Scope::of_principal(&body.principal, graph),
            action: ActionScope::of(&body.action, graph),
            resource: Scope::of_resource(&body.resource, graph),
            steps: condition.steps(),
            condition,
            alone,
        })
    }
}

fn actions(policies: &Policies, graph: &mut Graph) -> Actions {
    let entities = policies.actions();
    let known = entities.iter().map(|entity| {
        let uid = entity.uid();
        let groups = entities.ancestors(&uid).into_iter().flatten();
        let within = groups
            .chain([&uid])
            .map(|action| graph.node(&Uid::from(action)));
        let mut within: crate::graph::Nodes = within.collect();
        within.sort_unstable();
        (graph.node(&Uid::from(&uid)), within)
    });
    known.collect()
}

fn environments(policies: &Policies, graph: &mut Graph) -> Option<HashSet<(Node, Node, Node)>> {
    let environments = policies.environments()?.into_iter();
    let numbered = environments.map(|(principal, action, resource)| {
        (
            graph.text_node(&principal),
            graph.node(&action),
            graph.text_node(&resource),
        )
    });
    Some(numbered.collect())
}
