//! Going back along a path of facts.

use std::collections::BTreeSet;

use super::candidates::{Lead, Leads};
use crate::code::{Binary, Code};
use crate::graph::Way;
use crate::names::Node;
use crate::value::Value;

impl Lead<'_, '_> {
    /// From what a path ends at, back to where it begins.
    pub(super) fn back(&self, path: &Code, ends: BTreeSet<Node>) -> Leads {
        self.back_within(path, ends, BTreeSet::new())
    }

    /// `holders` have one of the ends within a record: the path may pass through it, and come from any of them.
    fn back_within(&self, path: &Code, ends: BTreeSet<Node>, holders: BTreeSet<Node>) -> Leads {
        match path {
            Code::Var(var) if *var == self.var && self.attribute.is_none() => Leads::To(ends),
            Code::Get(of, name) if self.begins(of, *name) => Leads::To(ends),
            Code::Get(of, name) => self.step(of, &ends, holders, |node| {
                self.scene
                    .graph
                    .backs(node, Way::Attribute, *name)
                    .collect()
            }),
            Code::Binary(Binary::GetTag, codes) => self.step(&codes[0], &ends, holders, |node| {
                match self.known(&codes[1]) {
                    Some(Ok(Value::Text(key))) => {
                        self.scene.graph.backs(node, Way::Tag, key).collect()
                    }
                    Some(_) => Vec::new(),
                    None => self.scene.graph.backs_by_any_name(node, Way::Tag).collect(),
                }
            }),
            _ => Leads::Anywhere,
        }
    }

    fn begins(&self, of: &Code, name: Node) -> bool {
        matches!(of, Code::Var(var) if *var == self.var) && self.attribute == Some(name)
    }

    fn step(
        &self,
        of: &Code,
        ends: &BTreeSet<Node>,
        holders: BTreeSet<Node>,
        back: impl Fn(Node) -> Vec<Node>,
    ) -> Leads {
        let mut subjects: BTreeSet<Node> = ends.iter().flat_map(|node| back(*node)).collect();
        subjects.extend(&holders);
        // What somebody vouches for is not among the facts that lead back.
        subjects.extend(self.scene.supposed());
        let mut further = holders;
        let graph = self.scene.graph;
        further.extend(
            ends.iter()
                .flat_map(|node| graph.backs_by_any_name(*node, Way::Within)),
        );
        self.back_within(of, subjects, further)
    }
}
