//! Laying a search out over the facts, if it is one.

use super::run::Run;
use super::{Search, Unsearched, Wanted};
use crate::code::{Code, Var};
use crate::names::Node;
use crate::naming::{Naming as _, Spelling as _};
use crate::program::Which;
use crate::question::Unfit;
use crate::scene::Scene;
use crate::view::View;

impl View {
    pub(super) fn prepare(&self, search: &Search) -> Result<Run<'_>, Unsearched> {
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
