//! Questions as they are recorded: what counted of what was said, and nothing else.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Act, Inquiry, Thing};

/// A question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct RecordedQuestion {
    subject: Named,
    action: Name,
    resource: Named,
    context: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Named {
    r#type: String,
    id: String,
    properties: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Name {
    name: String,
}

impl From<Inquiry> for RecordedQuestion {
    /// What is said of the action is a part of the context, once it has been heard.
    fn from(heard: Inquiry) -> Self {
        Self {
            subject: heard.subject.into(),
            action: Name {
                name: heard.action.name,
            },
            resource: heard.resource.into(),
            context: heard.context,
        }
    }
}

impl From<RecordedQuestion> for Inquiry {
    fn from(recorded: RecordedQuestion) -> Self {
        Self {
            subject: recorded.subject.into(),
            action: Act {
                name: recorded.action.name,
                properties: Map::new(),
            },
            resource: recorded.resource.into(),
            context: recorded.context,
        }
    }
}

impl From<Thing> for Named {
    fn from(thing: Thing) -> Self {
        Self {
            r#type: thing.kind,
            id: thing.id,
            properties: thing.properties,
        }
    }
}

impl From<Named> for Thing {
    fn from(named: Named) -> Self {
        Self {
            kind: named.r#type,
            id: named.id,
            properties: named.properties,
        }
    }
}
