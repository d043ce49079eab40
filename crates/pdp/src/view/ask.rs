//! Asking.

use crate::fact::{Fields, Uid};
use crate::graph::Way;
use crate::names::Node;
use crate::naming::{Naming as _, Spelling as _};
use crate::policies::Shape;
use crate::program::{Program, Verdict};
use crate::question::{Answer, Question, Unfit};
use crate::scene::Scene;

use super::View;

impl View {
    /// Answers a question.
    ///
    /// # Errors
    ///
    /// The schema does not know such a question.
    pub fn ask(&self, question: &Question) -> Result<Answer, Unfit> {
        let scene = self.scene(question)?;
        Ok(self.answer(&self.program.decide(&scene)))
    }

    /// Whether the answer is yes, and would be so whatever else were known: nothing could forbid it, and what permits it is not
    /// that something is unknown. For whoever knows that there are facts which they have not been able to read.
    ///
    /// # Errors
    ///
    /// The schema does not know such a question.
    pub fn stands(&self, question: &Question) -> Result<bool, Unfit> {
        let scene = self.scene(question)?;
        Ok(self.program.stands(&scene))
    }

    /// Whether the schema says that things of this type have such an attribute. No policy could read any other.
    #[must_use]
    pub fn has_attribute(&self, kind: &str, name: &str) -> bool {
        self.shape()
            .is_none_or(|shape| shape.has_attribute(kind, name))
    }

    /// Whether the schema says that the context of an action has such a field: the last of these, within those before.
    #[must_use]
    pub fn has_circumstance(&self, action: &Uid, path: &[&str]) -> bool {
        self.shape()
            .is_none_or(|shape| shape.has_circumstance(action, path))
    }

    pub(crate) fn shape(&self) -> Option<&Shape> {
        self.shape.as_deref()
    }

    pub(crate) fn answer(&self, verdict: &Verdict) -> Answer {
        let named = |numbers: &[usize]| {
            let mut ids: Vec<_> = numbers
                .iter()
                .map(|number| self.program.rules[*number].id.clone())
                .collect();
            ids.sort_unstable();
            ids
        };
        Answer {
            allowed: verdict.is_allowed(),
            policies: named(verdict.determining()),
            errors: named(&verdict.errors),
            version: self.program.version.clone(),
            revision: self.graph.revision,
        }
    }

    /// The question over these facts, if the schema knows such questions.
    pub(crate) fn scene(&self, question: &Question) -> Result<Scene<'_>, Unfit> {
        let mut scene = Scene::new(&self.graph, &self.program.actions);
        scene.principal = scene.node(&question.principal);
        scene.action = scene.node(&question.action);
        scene.resource = scene.node(&question.resource);
        if !self.program.knows(&scene) {
            return Err(Unfit::Types {
                principal: question.principal.kind.clone(),
                action: question.action.clone(),
                resource: question.resource.kind.clone(),
            });
        }
        self.circumstances(&mut scene, &question.action, &question.context)?;
        self.vouch(
            &mut scene,
            &question.principal,
            &question.principal_attributes,
        )?;
        self.vouch(
            &mut scene,
            &question.resource,
            &question.resource_attributes,
        )?;
        Ok(scene)
    }

    pub(crate) fn circumstances(
        &self,
        scene: &mut Scene<'_>,
        action: &Uid,
        context: &Fields,
    ) -> Result<(), Unfit> {
        let mut context = context.clone();
        if let Some(shape) = &self.shape {
            shape.fit_context(action, &mut context)?;
        }
        scene.context = scene.fields(&context);
        Ok(())
    }

    pub(crate) fn vouch(
        &self,
        scene: &mut Scene<'_>,
        of: &Uid,
        attributes: &Fields,
    ) -> Result<(), Unfit> {
        for (name, term) in attributes {
            let mut term = term.clone();
            if let Some(shape) = &self.shape {
                shape.fit_attribute(of, name, &mut term)?;
            }
            let (subject, name) = (scene.node(of), scene.text_node(name));
            let value = scene.value(&term);
            scene.suppose(subject, (Way::Attribute, name), value);
        }
        Ok(())
    }
}

impl Program {
    /// Whether the schema says that such a thing may do this to such a thing.
    pub(crate) fn knows(&self, scene: &Scene<'_>) -> bool {
        let kinds = (
            scene.kind(scene.principal),
            scene.action,
            scene.kind(scene.resource),
        );
        self.knows_kinds(kinds)
    }

    pub(crate) fn knows_kinds(&self, kinds: (Node, Node, Node)) -> bool {
        self.environments
            .as_ref()
            .is_none_or(|known| known.contains(&kinds))
    }
}
