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
pub struct Act {
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
    pub action: Act,
    /// To what.
    pub resource: Thing,
    /// Under which circumstances.
    pub context: Map<String, Value>,
}

/// Where policies find what is said of an action: Cedar's actions have no attributes that a question could give them.
const ACTION: &str = "action";

impl Inquiry {
    /// What counts of it: that for which the caller can vouch, and which some policy could read. The rest was not heard.
    pub(super) fn heard(mut self, caller: &Caller, view: &View) -> Self {
        let action = view.action(&self.action.name);
        let of_action = std::mem::take(&mut self.action.properties);
        self.context = circumstances(self.context, of_action, &action, caller, view);
        self.subject.properties = said(&self.subject, caller, view);
        self.resource.properties = said(&self.resource, caller, view);
        self
    }

    /// The question, as the schema knows it.
    pub(super) fn question(self, view: &View) -> Result<Question, Unanswered> {
        Ok(Question {
            principal_attributes: terms("subject", &self.subject.properties)?,
            resource_attributes: terms("resource", &self.resource.properties)?,
            context: terms("context", &self.context)?,
            principal: self.subject.named(),
            action: view.action(&self.action.name),
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
pub(super) fn said(thing: &Thing, caller: &Caller, view: &View) -> Map<String, Value> {
    let counts = |name: &str| {
        caller.supplies.attribute(&thing.kind, name) && view.has_attribute(&thing.kind, name)
    };
    counting(&thing.properties, counts)
}

/// What counts of the circumstances: what is said of the action is one.
pub(super) fn circumstances(
    mut context: Map<String, Value>,
    mut of_action: Map<String, Value>,
    action: &Uid,
    caller: &Caller,
    view: &View,
) -> Map<String, Value> {
    of_action.retain(|name, _| view.has_circumstance(action, &[ACTION, name]));
    if !of_action.is_empty() {
        context.insert(ACTION.to_owned(), Value::Object(of_action));
    }
    let counts =
        |name: &str| caller.supplies.circumstance(name) && view.has_circumstance(action, &[name]);
    counting(&context, counts)
}

fn counting(said: &Map<String, Value>, counts: impl Fn(&str) -> bool) -> Map<String, Value> {
    let heard = said.iter().filter(|(name, _)| counts(name));
    heard
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The same, as policies know it.
pub(super) fn terms(of: &'static str, said: &Map<String, Value>) -> Result<Fields, Unanswered> {
    record(said).map_err(|why| Unanswered::Term { of, why })
}
