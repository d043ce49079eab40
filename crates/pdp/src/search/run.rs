//! Carrying a search out.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::candidates::{Lead, Leads};
use super::{Cursors, Page, Search, Unsearched, Wanted};
use crate::code::{Code, Var};
use crate::fact::Uid;
use crate::graph::Way;
use crate::names::Node;
use crate::naming::{Naming as _, Spelling as _};
use crate::program::{Rule, Which};
use crate::question::{Question, Unfit};
use crate::scene::Scene;
use crate::value::Value;
use crate::view::View;

impl View {
    /// Searches. What is found is what [`ask`](Self::ask) says yes to, of all that the facts mention.
    ///
    /// Where a policy compares what is looked for with the other one by way of facts, its cost grows with the
    /// number of those that it leads to. Elsewhere everything of the type is tried, page by page.
    ///
    /// # Errors
    ///
    /// The schema knows no such question, the cursor is of another search, or no condition says it.
    pub fn search(&self, search: &Search, cursors: &Cursors) -> Result<Page, Unsearched> {
        self.found(search, cursors)
    }

    /// Everything that this principal may do to this resource, of what the schema knows. The question's action does not
    /// count.
    #[must_use]
    pub fn actions(&self, question: &Question) -> Vec<Uid> {
        let mut actions: Vec<Uid> = self
            .program
            .actions
            .keys()
            .map(|action| self.graph.names.uid(*action))
            .collect();
        actions.sort_unstable();
        actions.retain(|action| {
            let question = Question {
                action: action.clone(),
                ..question.clone()
            };
            self.ask(&question).is_ok_and(|answer| answer.allowed)
        });
        actions
    }
}

/// A search, laid out over the facts.
struct Run<'a> {
    view: &'a View,
    scene: Scene<'a>,
    /// The side that is looked for.
    var: Var,
    /// The type of what is looked for.
    kind: Node,
    attribute: Option<Node>,
}

impl View {
    fn found(&self, search: &Search, cursors: &Cursors) -> Result<Page, Unsearched> {
        let version = &self.program.version;
        let after = cursors.read(search, version)?;
        let mut run = self.prepare(search)?;
        let leads = run.leads();
        if let (Leads::Anywhere, Wanted::Values { attribute, .. }) = (&leads, &search.wanted) {
            return Err(Unsearched::NoCondition(attribute.clone()));
        }
        let led = leads != Leads::Anywhere;
        let ahead = run.ahead(leads, after.as_ref());
        let mut page = self.page(led);
        let mut ahead = ahead.into_iter();
        for (uid, node) in ahead.by_ref().take(search.tries) {
            page.tried += 1;
            let is_found = run.is_found(node);
            if is_found {
                page.found.push(uid.clone());
            }
            if page.found.len() == search.limit || page.tried == search.tries {
                page.next = Some(cursors.make(search, version, &uid));
                break;
            }
        }
        page.next = page.next.filter(|_| ahead.len() > 0);
        Ok(page)
    }

    fn page(&self, led: bool) -> Page {
        Page {
            found: Vec::new(),
            next: None,
            led,
            tried: 0,
            version: Arc::clone(&self.program.version),
            revision: self.graph.revision,
        }
    }

    fn prepare(&self, search: &Search) -> Result<Run<'_>, Unsearched> {
        let mut scene = Scene::new(&self.graph, &self.program.actions);
        let known = scene.node(&search.known);
        scene.action = scene.node(&search.action);
        let (var, kind, attribute) = match &search.wanted {
            Wanted::Principals { kind } => (Var::Principal, kind, None),
            Wanted::Resources { kind } => (Var::Resource, kind, None),
            Wanted::Values { kind, attribute } => (Var::Resource, kind, Some(attribute)),
        };
        let other = if var == Var::Principal {
            Var::Resource
        } else {
            Var::Principal
        };
        let stranger = scene.stranger(kind);
        scene.set(var, stranger);
        scene.set(other, known);
        if !self.program.knows(&scene) {
            return Err(unfit(&scene, search).into());
        }
        self.circumstances(&mut scene, &search.action, &search.context)?;
        self.vouch(&mut scene, &search.known, &search.vouched)?;
        let values = attribute
            .map(|attribute| self.kind_of_values(kind, attribute))
            .transpose()?;
        let attribute = attribute.map(|name| scene.text_node(name));
        let kind = scene.text_node(values.unwrap_or(kind));
        let run = Run {
            view: self,
            scene,
            var,
            kind,
            attribute,
        };
        match &search.wanted {
            Wanted::Values { attribute, .. } if !run.depends_on_attribute_only() => {
                Err(Unsearched::NoCondition(attribute.clone()))
            }
            _ => Ok(run),
        }
    }

    fn kind_of_values(&self, kind: &str, attribute: &str) -> Result<&str, Unsearched> {
        let shape = self.shape();
        let kind = shape.and_then(|shape| shape.entities_of(kind, attribute));
        kind.ok_or_else(|| Unsearched::NoCondition(attribute.to_owned()))
    }
}

impl Run<'_> {
    /// The permitting policies that could say yes.
    fn rules(&self) -> impl Iterator<Item = &Rule> {
        let program = &self.view.program;
        let rules = program
            .index(self.scene.action)
            .all()
            .map(|number| &program.rules[number]);
        rules.filter(|rule| match self.var {
            Var::Principal => rule.resource.covers(self.scene.resource, &self.scene),
            _ => rule.principal.covers(self.scene.principal, &self.scene),
        })
    }

    fn leads(&self) -> Leads {
        let permits = self.rules().filter(|rule| rule.permits());
        let leads = permits.map(|rule| {
            let lead = Lead {
                scene: &self.scene,
                var: self.var,
                attribute: self.attribute,
            };
            self.scope(rule).and(lead.condition(&rule.condition))
        });
        leads.reduce(Leads::or).unwrap_or_else(Leads::nowhere)
    }

    fn scope(&self, rule: &Rule) -> Leads {
        let scope = if self.var == Var::Principal {
            &rule.principal
        } else {
            &rule.resource
        };
        match scope.which {
            Which::Any => Leads::Anywhere,
            Which::Only(node) => Leads::To(BTreeSet::from([node])),
            Which::In(group) => {
                Leads::To(self.view.graph.descendants([group]).into_iter().collect())
            }
            Which::Open => Leads::nowhere(),
        }
    }

    /// Those to try, in the order of their ids.
    fn ahead(&self, leads: Leads, after: Option<&Uid>) -> Vec<(Uid, Node)> {
        let graph = &self.view.graph;
        let nodes: Vec<Node> = match leads {
            Leads::To(nodes) => nodes.into_iter().collect(),
            Leads::Anywhere => graph.names.all().collect(),
        };
        let wanted = nodes
            .into_iter()
            .filter(|node| graph.names.kind(*node) == self.kind && graph.mentions(*node));
        let named = wanted.map(|node| (graph.names.uid(node), node));
        let mut ahead: Vec<(Uid, Node)> = named
            .filter(|(uid, _)| after.is_none_or(|after| uid > after))
            .collect();
        ahead.sort_unstable();
        ahead
    }

    fn is_found(&mut self, node: Node) -> bool {
        match self.attribute {
            None => self.scene.set(self.var, node),
            Some(name) => {
                let resource = self.scene.resource;
                self.scene
                    .suppose(resource, (Way::Attribute, name), Value::Entity(node));
            }
        }
        self.view.program.decide(&self.scene).is_allowed()
    }

    /// Whether two resources of the type with the same value get the same answer.
    fn depends_on_attribute_only(&self) -> bool {
        let Some(name) = self.attribute else {
            return false;
        };
        self.rules()
            .all(|rule| rule.resource.which == Which::Any && is_only_through(&rule.condition, name))
    }
}

/// Whether a condition sees nothing of the resource but this attribute, and its type.
fn is_only_through(code: &Code, name: Node) -> bool {
    match code {
        Code::Var(Var::Resource) => false,
        Code::Get(of, attribute) | Code::Has(of, attribute)
            if *attribute == name && matches!(**of, Code::Var(Var::Resource)) =>
        {
            true
        }
        Code::Is(of, _) if matches!(**of, Code::Var(Var::Resource)) => true,
        _ => code
            .parts()
            .into_iter()
            .all(|part| is_only_through(part, name)),
    }
}

fn unfit(scene: &Scene<'_>, search: &Search) -> Unfit {
    let kind = |node| scene.text(scene.kind(node)).into_owned();
    Unfit::Types {
        principal: kind(scene.principal),
        action: search.action.clone(),
        resource: kind(scene.resource),
    }
}
