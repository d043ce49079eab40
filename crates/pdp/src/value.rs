//! Values, as policies compare them.

use std::sync::Arc;

use crate::names::Node;

/// A value of a fact, a context or an expression. Two values are equal in Cedar if and only if they
/// are equal here, but for those that [hold something foreign](Value::is_foreign).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Bool(bool),
    Long(i64),
    Text(Node),
    Entity(Node),
    Set(Arc<Set>),
    Record(Arc<Record>),
    /// Of an extension type: its constructor and argument. Only Cedar knows what it means.
    Foreign(Arc<(Node, Node)>),
}

/// Sorted, and each once.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Set {
    pub(crate) items: Vec<Value>,
    foreign: bool,
}

/// Sorted by key.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record {
    pub(crate) fields: Vec<(Node, Value)>,
    foreign: bool,
}

impl Value {
    pub(crate) fn set(mut items: Vec<Self>) -> Self {
        items.sort_unstable();
        items.dedup();
        let foreign = items.iter().any(Self::is_foreign);
        Self::Set(Arc::new(Set { items, foreign }))
    }

    pub(crate) fn record(mut fields: Vec<(Node, Self)>) -> Self {
        fields.sort_unstable();
        let foreign = fields.iter().any(|(_, value)| value.is_foreign());
        Self::Record(Arc::new(Record { fields, foreign }))
    }

    /// Whether a value of an extension type is in it, so that equality is not ours to tell:
    /// `decimal("1.0")` equals `decimal("1.00")`.
    pub(crate) fn is_foreign(&self) -> bool {
        match self {
            Self::Foreign(_) => true,
            Self::Set(set) => set.foreign,
            Self::Record(record) => record.foreign,
            _ => false,
        }
    }

    /// Every entity in it, at any depth.
    pub(crate) fn each_entity(&self, found: &mut impl FnMut(Node)) {
        match self {
            Self::Entity(node) => found(*node),
            Self::Set(set) => set.items.iter().for_each(|item| item.each_entity(found)),
            Self::Record(record) => {
                for (_, value) in &record.fields {
                    value.each_entity(found);
                }
            }
            _ => {}
        }
    }
}

impl Set {
    pub(crate) fn contains(&self, value: &Value) -> bool {
        self.items.binary_search(value).is_ok()
    }
}

impl Record {
    pub(crate) fn get(&self, key: Node) -> Option<&Value> {
        let at = self
            .fields
            .binary_search_by_key(&key, |(key, _)| *key)
            .ok()?;
        self.fields.get(at).map(|(_, value)| value)
    }
}
