//! The schema's types, in a form that facts are checked against as fast as they come.

mod fit;

use std::collections::HashMap;

use cedar_policy::schema_str_to_json_with_resolved_types;
use serde::Deserialize;

use super::fault::{Fault, Faults};
use super::{Source, read};
use crate::fact::Uid;

/// What may be said of what.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    kinds: HashMap<String, Kind>,
    common: HashMap<String, Type>,
    contexts: HashMap<Uid, Type>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kind {
    #[serde(default)]
    member_of_types: Vec<String>,
    shape: Option<Type>,
    tags: Option<Type>,
    r#enum: Option<Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Type {
    #[serde(rename = "type")]
    of: String,
    name: Option<String>,
    element: Option<Box<Type>>,
    #[serde(default)]
    attributes: HashMap<String, Type>,
    required: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Namespace {
    #[serde(default)]
    common_types: HashMap<String, Type>,
    #[serde(default)]
    entity_types: HashMap<String, Kind>,
    #[serde(default)]
    actions: HashMap<String, Action>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    applies_to: Option<AppliesTo>,
}

#[derive(Debug, Deserialize)]
struct AppliesTo {
    context: Option<Type>,
}

/// What is said does not fit the schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct Misfit {
    /// What was said.
    pub what: String,
    /// Why it does not fit.
    pub why: String,
}

impl Shape {
    pub(super) fn of(sources: &[Source]) -> Result<Self, Faults> {
        let schemas: Vec<&Source> = read::ending(sources, ".cedarschema").collect();
        let name = schemas
            .last()
            .map_or_else(String::new, |source| source.name.clone());
        let text = schemas
            .iter()
            .map(|source| source.text.as_str())
            .collect::<Vec<_>>()
            .join("\n");
        let source = Source { name, text };
        let json = schema_str_to_json_with_resolved_types(&source.text);
        let (json, _) = json.map_err(|error| Fault::of_cedar(&source, &error))?;
        let namespaces: HashMap<String, Namespace> = serde_json::from_value(json)
            .map_err(|error| Fault::at(&source, None, error.to_string()))?;
        let mut shape = Self::default();
        for (name, namespace) in namespaces {
            shape.adopt(&name, namespace);
        }
        Ok(shape)
    }

    fn adopt(&mut self, namespace: &str, content: Namespace) {
        let full = |name: String| {
            if namespace.is_empty() {
                name
            } else {
                format!("{namespace}::{name}")
            }
        };
        self.kinds.extend(
            content
                .entity_types
                .into_iter()
                .map(|(name, kind)| (full(name), kind)),
        );
        self.common.extend(
            content
                .common_types
                .into_iter()
                .map(|(name, of)| (full(name), of)),
        );
        let action = full("Action".to_owned());
        self.contexts
            .extend(content.actions.into_iter().filter_map(|(id, content)| {
                let expected = content.applies_to?.context?;
                Some((Uid::new(action.clone(), id), expected))
            }));
    }
}

impl Kind {
    fn has(&self, id: &str) -> bool {
        self.r#enum
            .as_ref()
            .is_none_or(|ids| ids.iter().any(|other| other == id))
    }

    fn attribute<'a>(&'a self, name: &str, common: &'a HashMap<String, Type>) -> Option<&'a Type> {
        let mut shape = self.shape.as_ref()?;
        while let Some(named) = common.get(&shape.of) {
            shape = named;
        }
        shape.attributes.get(name)
    }
}
