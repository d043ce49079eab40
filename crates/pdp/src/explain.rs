//! Explanations: the facts that an answer rests on, or the fact that is missing.

mod joining;
mod lack;
mod proof;

use std::sync::Arc;

use smallvec::SmallVec;

use self::lack::Lacks;
use self::proof::Proofs;
use crate::fact::{Fact, Relation};
use crate::graph::Way;
use crate::names::Node;
use crate::naming::Spelling as _;
use crate::program::Program;
use crate::question::{Answer, Question, Unfit};
use crate::scene::Scene;
use crate::value::Value;
use crate::view::View;

/// An answer with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The answer.
    pub answer: Answer,
    /// For a yes, every way on which facts lead to it, up to [`MOST`] for each policy. For a no because of a policy that
    /// forbids, the facts that make it forbid. For any other no, the closest that any policy comes to a yes, if
    /// facts could bring it there.
    pub reasons: Vec<Reason>,
}

/// How a policy comes to hold, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The policy's `@id`.
    pub policy: Arc<str>,
    /// Facts that are so, in the order in which the policy goes through them.
    pub facts: Vec<Fact>,
    /// Facts that are not so, and would have to be. None, if the policy holds.
    pub missing: Vec<Fact>,
}

/// The most ways that are told for one policy.
pub const MOST: usize = 64;

/// A fact by numbers: of what it is said, how, and the value.
type Told = (Node, Way, Node, Value);

/// The facts of one way, in order.
type Path = SmallVec<[Told; 8]>;

impl View {
    /// Answers a question, and says why.
    ///
    /// # Errors
    ///
    /// The schema does not know such a question.
    pub fn explain(&self, question: &Question) -> Result<Explanation, Unfit> {
        let scene = self.scene(question)?;
        let verdict = self.program.decide(&scene);
        let determining = verdict.determining().iter();
        let mut reasons: Vec<Reason> = determining
            .flat_map(|number| held(&self.program, *number, &scene))
            .collect();
        if reasons.is_empty() {
            reasons.extend(self.closest(&scene));
        }
        Ok(Explanation {
            answer: self.answer(&verdict),
            reasons,
        })
    }
}

/// All ways on which a policy holds.
fn held(program: &Program, number: usize, scene: &Scene<'_>) -> Vec<Reason> {
    let rule = &program.rules[number];
    let scope = Proofs::of_scope(rule, scene);
    let proofs = scope.and(&Proofs::of(&rule.condition, scene));
    let reason = |facts: Path| Reason {
        policy: rule.id.clone(),
        facts: facts.iter().map(|told| tell(told, scene)).collect(),
        missing: Vec::new(),
    };
    proofs.into_paths().map(reason).collect()
}

impl View {
    /// Of all policies that could permit it, the one that lacks least; the first of several.
    fn closest(&self, scene: &Scene<'_>) -> Option<Reason> {
        let lacks = Lacks {
            scene,
            shape: self.shape(),
        };
        let mut numbers: Vec<usize> = self.program.index(scene.action).all().collect();
        numbers.sort_unstable();
        let permitting = numbers
            .into_iter()
            .map(|number| &self.program.rules[number]);
        let permitting = permitting.filter(|rule| rule.permits());
        let lacking = permitting.filter_map(|rule| Some((rule, lacks.of_rule(rule)?)));
        let (rule, lack) = lacking.min_by_key(|(_, lack)| lack.missing.len())?;
        let told = |facts: &Path| facts.iter().map(|told| tell(told, scene)).collect();
        Some(Reason {
            policy: rule.id.clone(),
            facts: told(&lack.facts),
            missing: told(&lack.missing),
        })
    }
}

fn tell((subject, way, name, value): &Told, scene: &Scene<'_>) -> Fact {
    let subject = scene.uid(*subject);
    let text = || scene.text(*name).into_owned();
    let relation = match way {
        Way::In | Way::Within => Relation::In(scene.uid(*name)),
        Way::Attribute => Relation::Attribute(text(), scene.term(value)),
        Way::Tag => Relation::Tag(text(), scene.term(value)),
    };
    Fact { subject, relation }
}
