//! Questions as they are recorded: what counted of what was said, and nothing else.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Deed, Inquiry, Thing};

/// A question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Asked {
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

impl From<Inquiry> for Asked {
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

impl From<Asked> for Inquiry {
    fn from(asked: Asked) -> Self {
        Self {
            subject: asked.subject.into(),
            action: Deed {
                name: asked.action.name,
                properties: Map::new(),
            },
            resource: asked.resource.into(),
            context: asked.context,
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
