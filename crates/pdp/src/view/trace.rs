//! Answering with all that the answer was read from.

use std::collections::BTreeSet;

use super::View;
use crate::fact::Fact;
use crate::graph::{Key, Way};
use crate::names::Node;
use crate::question::{Answer, Question, Unfit};

/// An answer, and what it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// The answer.
    pub answer: Answer,
    /// The facts that were read: under the same policies they alone lead to the same answer. Nothing, if they are more than
    /// were wanted.
    pub facts: Option<Vec<Fact>>,
}

impl View {
    /// Answers a question, and tells all facts from which it was answered, if they are no more than so many.
    ///
    /// Facts that were read and are so are enough: what was not so is not so where nothing else is known either. Of what is
    /// in something else one way there is told, since the answer is the same by any.
    ///
    /// # Errors
    ///
    /// The schema does not know such a question.
    pub fn trace(&self, question: &Question, most: usize) -> Result<Traced, Unfit> {
        let mut scene = self.scene(question)?;
        scene.listen();
        let answer = self.answer(&self.program.decide(&scene));
        let facts = self.read(scene.heard(), most);
        Ok(Traced { answer, facts })
    }

    fn read(&self, heard: Vec<(Node, Key)>, most: usize) -> Option<Vec<Fact>> {
        let mut keys = BTreeSet::new();
        for (subject, key) in heard {
            if key.0 == Way::In && self.graph.get(subject, key).is_none() {
                let chain = self.graph.chain(subject, key.1).into_iter();
                keys.extend(chain.map(|(member, group)| (member, (Way::In, group))));
            } else {
                keys.insert((subject, key));
            }
            if keys.len() > most {
                return None;
            }
        }
        let facts = keys.into_iter();
        let facts = facts.filter_map(|(subject, key)| self.graph.fact_of(subject, key));
        Some(facts.collect())
    }
}
