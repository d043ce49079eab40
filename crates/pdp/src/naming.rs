//! Between texts and numbers.

use std::borrow::Cow;

use crate::fact::{Fields, Term, Uid};
use crate::names::Node;
use crate::value::Value;

/// Whoever gives numbers to names: the facts for good, a question for itself.
pub(crate) trait Naming {
    /// The number of the thing or the text of this kind.
    fn name(&mut self, kind: Node, text: &str) -> Node;

    fn text_node(&mut self, text: &str) -> Node {
        self.name(Node::TEXT, text)
    }

    fn node(&mut self, uid: &Uid) -> Node {
        let kind = self.text_node(&uid.kind);
        self.name(kind, &uid.id)
    }

    fn fields(&mut self, fields: &Fields) -> Value {
        let fields = fields.iter();
        Value::record(
            fields
                .map(|(name, term)| (self.text_node(name), self.value(term)))
                .collect(),
        )
    }

    fn value(&mut self, term: &Term) -> Value {
        match term {
            Term::Bool(value) => Value::Bool(*value),
            Term::Long(value) => Value::Long(*value),
            Term::Text(text) => Value::Text(self.text_node(text)),
            Term::Entity(uid) => Value::Entity(self.node(uid)),
            Term::Set(items) => Value::set(items.iter().map(|item| self.value(item)).collect()),
            Term::Record(fields) => self.fields(fields),
            Term::Extension { function, argument } => {
                Value::Foreign((self.text_node(function), self.text_node(argument)).into())
            }
        }
    }
}

/// Whoever knows what the numbers stand for.
pub(crate) trait Spelling {
    /// The type of a thing; of a text, [`Node::TEXT`].
    fn kind(&self, node: Node) -> Node;

    /// The text, or the id of the thing.
    fn text(&self, node: Node) -> Cow<'_, str>;

    fn uid(&self, node: Node) -> Uid {
        Uid::new(self.text(self.kind(node)), self.text(node))
    }

    /// The value, as it would be told.
    fn term(&self, value: &Value) -> Term {
        match value {
            Value::Bool(value) => Term::Bool(*value),
            Value::Long(value) => Term::Long(*value),
            Value::Text(node) => Term::Text(self.text(*node).into_owned()),
            Value::Entity(node) => Term::Entity(self.uid(*node)),
            Value::Set(set) => Term::Set(set.items.iter().map(|item| self.term(item)).collect()),
            Value::Record(record) => {
                let fields = record.fields.iter();
                Term::Record(
                    fields
                        .map(|(name, value)| (self.text(*name).into_owned(), self.term(value)))
                        .collect(),
                )
            }
            Value::Foreign(call) => Term::Extension {
                function: self.text(call.0).into_owned(),
                argument: self.text(call.1).into_owned(),
            },
        }
    }
}
