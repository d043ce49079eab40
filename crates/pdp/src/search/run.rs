//! Carrying a search out.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::candidates::{Lead, Leads};
use super::{Cursors, Page, Search, Unsearched, Wanted};
use crate::code::Var;
use crate::fact::Uid;
use crate::graph::Way;
use crate::names::Node;
use crate::naming::Spelling as _;
use crate::program::{Rule, Which};
use crate::question::Question;
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

    /// The action of this name: of the schema, the one that is written so in full (`Shop::Action::"buy"`), or the only one
    /// that has this id. Where there is none or several, one that no schema knows.
    #[must_use]
    pub fn action(&self, name: &str) -> Uid {
        let names = &self.graph.names;
        let known = |uid: &Uid| {
            let node = self.graph.find(uid);
            node.is_some_and(|node| self.program.actions.contains_key(&node))
        };
        let plain = Uid::new("Action", name);
        if known(&plain) {
            return plain;
        }
        if let Some(full) = name.parse().ok().filter(known) {
            return full;
        }
        let mut same = self.program.actions.keys().map(|node| names.uid(*node));
        let mut same = same.by_ref().filter(|uid| uid.id == name);
        match (same.next(), same.next()) {
            (Some(only), None) => only,
            _ => plain,
        }
    }

    /// All actions that the schema knows, by name.
    #[must_use]
    pub fn action_names(&self) -> Vec<Uid> {
        let nodes = self.program.actions.keys();
        let mut actions: Vec<Uid> = nodes.map(|node| self.graph.names.uid(*node)).collect();
        actions.sort_unstable();
        actions
    }

    /// Everything that this principal may do to this resource, of what the schema knows. The question's action does not
    /// count.
    #[must_use]
    pub fn actions(&self, question: &Question) -> Vec<Uid> {
        let mut actions = self.action_names();
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
pub(super) struct Run<'a> {
    pub(super) view: &'a View,
    pub(super) scene: Scene<'a>,
    /// The side that is looked for.
    pub(super) var: Var,
    /// The type of what is looked for.
    pub(super) kind: Node,
    pub(super) attribute: Option<Node>,
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
                page.next = Some(cursors.after(search, version, &uid));
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
}

impl Run<'_> {
    /// The permitting policies that could say yes.
    pub(super) fn rules(&self) -> impl Iterator<Item = &Rule> {
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
}
