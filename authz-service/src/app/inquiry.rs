//! Questions, in the words of whoever asks, and what of that counts.

use pdp::{Fields, Question, Uid, View, record};
use serde_json::{Map, Value};

use super::Unanswered;
use crate::domain::Caller;

/// Somebody or something, and what is said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thing {
    /// The type.
    pub kind: String,
    /// The id.
    pub id: String,
    /// What is said of it.
    pub properties: Map<String, Value>,
}

/// What is done, and what is said of that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deed {
    /// The action's name.
    pub name: String,
    /// What is said of it.
    pub properties: Map<String, Value>,
}

/// May they?
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inquiry {
    /// Who.
    pub subject: Thing,
    /// Does what.
    pub action: Deed,
    /// To what.
    pub resource: Thing,
    /// Under which circumstances.
    pub context: Map<String, Value>,
}

/// Where policies find what is said of an action: Cedar's actions have no attributes that a question could give them.
const ACTION: &str = "action";

impl Inquiry {
    /// The question, as the schema knows it. Of what is said, that counts which the caller can vouch for and some policy
    /// could read.
    pub(super) fn question(self, caller: &Caller, view: &View) -> Result<Question, Unanswered> {
        let action = view.action(&self.action.name);
        Ok(Question {
            principal_attributes: said("subject", &self.subject, caller, view)?,
            resource_attributes: said("resource", &self.resource, caller, view)?,
            context: circumstances(self.context, self.action.properties, &action, caller, view)?,
            principal: self.subject.named(),
            action,
            resource: self.resource.named(),
        })
    }
}

impl Thing {
    fn named(self) -> Uid {
        Uid::new(self.kind, self.id)
    }
}

/// What counts of what is said of something.
pub(super) fn said(
    of: &'static str,
    thing: &Thing,
    caller: &Caller,
    view: &View,
) -> Result<Fields, Unanswered> {
    let counts = |name: &str| {
        caller.supplies.attribute(&thing.kind, name) && view.has_attribute(&thing.kind, name)
    };
    terms(of, &thing.properties, counts)
}

/// What counts of the circumstances: what is said of the action is one.
pub(super) fn circumstances(
    mut context: Map<String, Value>,
    mut of_action: Map<String, Value>,
    action: &Uid,
    caller: &Caller,
    view: &View,
) -> Result<Fields, Unanswered> {
    of_action.retain(|name, _| view.has_circumstance(action, &[ACTION, name]));
    if !of_action.is_empty() {
        context.insert(ACTION.to_owned(), Value::Object(of_action));
    }
    let counts =
        |name: &str| caller.supplies.circumstance(name) && view.has_circumstance(action, &[name]);
    terms("context", &context, counts)
}

fn terms(
    of: &'static str,
    said: &Map<String, Value>,
    counts: impl Fn(&str) -> bool,
) -> Result<Fields, Unanswered> {
    let heard = said.iter().filter(|(name, _)| counts(name));
    let heard: Map<String, Value> = heard
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    record(&heard).map_err(|why| Unanswered::Term { of, why })
}
