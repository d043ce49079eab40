//! The schema's types, in a form that facts are checked against as fast as they come.

use std::collections::HashMap;

use cedar_policy::schema_str_to_json_with_resolved_types;
use serde::Deserialize;

use super::fault::{Fault, Faults};
use super::{Source, read};
use crate::fact::{Fact, Fields, Relation, Term, Uid};

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

    /// Whether the schema lets this be said. What is told in the schema's shorter form is put right.
    pub(crate) fn fit(&self, fact: &mut Fact) -> Result<(), Misfit> {
        let misfit = |why: String| Misfit {
            what: fact.to_string(),
            why,
        };
        let Some(kind) = self.kinds.get(&fact.subject.kind) else {
            return Err(misfit(format!(
                "the schema has no type {}",
                fact.subject.kind
            )));
        };
        if !kind.has(&fact.subject.id) {
            return Err(misfit(format!(
                "{} is not among the schema's",
                fact.subject
            )));
        }
        let fitted = match &mut fact.relation {
            Relation::In(group) if kind.member_of_types.contains(&group.kind) => Ok(()),
            Relation::In(group) => Err(format!("a {} is in no {}", fact.subject.kind, group.kind)),
            Relation::Attribute(name, term) => match kind.attribute(name, &self.common) {
                Some(expected) => self.cast(expected, term),
                None => Err(format!("a {} has no {name}", fact.subject.kind)),
            },
            Relation::Tag(_, term) => match &kind.tags {
                Some(expected) => self.cast(expected, term),
                None => Err(format!("a {} has no tags", fact.subject.kind)),
            },
        };
        fitted.map_err(|why| Misfit {
            what: fact.to_string(),
            why,
        })
    }

    /// Whether an attribute that somebody vouches for is what the schema says that it is.
    pub(crate) fn fit_attribute(
        &self,
        of: &Uid,
        name: &str,
        term: &mut Term,
    ) -> Result<(), Misfit> {
        let mut fact = Fact::attribute(of.clone(), name, term.clone());
        self.fit(&mut fact)?;
        if let Relation::Attribute(_, fitted) = fact.relation {
            *term = fitted;
        }
        Ok(())
    }

    /// Whether the context is what the action expects.
    pub(crate) fn fit_context(&self, action: &Uid, context: &mut Fields) -> Result<(), Misfit> {
        let fitted = match self.contexts.get(action) {
            Some(expected) => {
                let mut record = Term::Record(std::mem::take(context));
                let fitted = self.cast(expected, &mut record);
                if let Term::Record(fields) = record {
                    *context = fields;
                }
                fitted
            }
            None if context.is_empty() => Ok(()),
            None => Err(format!("{action} has no context")),
        };
        fitted.map_err(|why| Misfit {
            what: "the context".to_owned(),
            why,
        })
    }

    /// The type of the entities that are this attribute's values, if they are any.
    pub(crate) fn entities_of(&self, kind: &str, attribute: &str) -> Option<&str> {
        let expected = self.kinds.get(kind)?.attribute(attribute, &self.common)?;
        expected.name.as_deref().filter(|_| expected.of == "Entity")
    }

    /// Whether the schema lets one be a member of the other.
    pub(crate) fn may_join(&self, kind: &str, group: &str) -> bool {
        self.kinds
            .get(kind)
            .is_some_and(|kind| kind.member_of_types.iter().any(|other| other == group))
    }

    fn cast(&self, expected: &Type, term: &mut Term) -> Result<(), String> {
        match (expected.of.as_str(), &mut *term) {
            ("Bool" | "Boolean", Term::Bool(_))
            | ("Long", Term::Long(_))
            | ("String", Term::Text(_)) => Ok(()),
            ("Entity", Term::Entity(uid)) => self.cast_entity(expected, uid),
            ("Entity", Term::Record(fields)) => {
                let mut uid = reference(fields).ok_or_else(|| format!("{term} is no entity"))?;
                self.cast_entity(expected, &mut uid)?;
                *term = Term::Entity(uid);
                Ok(())
            }
            ("Set", Term::Set(items)) => {
                let element = expected.element.as_deref();
                let element = element.ok_or("a set of nothing")?;
                items
                    .iter_mut()
                    .try_for_each(|item| self.cast(element, item))
            }
            ("Record", Term::Record(fields)) => self.cast_fields(expected, fields),
            (name, term) => match (self.common.get(name), constructor(name), term) {
                (Some(common), _, term) => self.cast(common, term),
                (
                    _,
                    Some(function),
                    Term::Extension {
                        function: given, ..
                    },
                ) if given == function => Ok(()),
                (_, Some(function), term @ Term::Text(_)) => {
                    let Term::Text(argument) = term else {
                        return Ok(());
                    };
                    let (function, argument) = (function.to_owned(), std::mem::take(argument));
                    *term = Term::Extension { function, argument };
                    Ok(())
                }
                (_, _, term) => Err(format!("{term} is no {name}")),
            },
        }
    }

    fn cast_entity(&self, expected: &Type, uid: &mut Uid) -> Result<(), String> {
        let kind = expected.name.as_deref().unwrap_or_default();
        if uid.kind != kind {
            return Err(format!("{uid} is no {kind}"));
        }
        match self.kinds.get(kind) {
            Some(known) if !known.has(&uid.id) => Err(format!("{uid} is not among the schema's")),
            _ => Ok(()),
        }
    }

    fn cast_fields(&self, expected: &Type, fields: &mut Fields) -> Result<(), String> {
        for (name, term) in &mut *fields {
            let field = expected.attributes.get(name);
            self.cast(field.ok_or_else(|| format!("there is no {name}"))?, term)?;
        }
        let mut missing = expected
            .attributes
            .iter()
            .filter(|(name, _)| !fields.contains_key(*name));
        match missing.find(|(_, field)| field.required != Some(false)) {
            Some((name, _)) => Err(format!("{name} is missing")),
            None => Ok(()),
        }
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

/// `{"type": …, "id": …}`, where the schema says that there is an entity.
fn reference(fields: &Fields) -> Option<Uid> {
    match (fields.get("type")?, fields.get("id")?, fields.len()) {
        (Term::Text(kind), Term::Text(id), 2) => Some(Uid::new(kind, id)),
        _ => None,
    }
}

/// The function that makes a value of an extension type.
fn constructor(name: &str) -> Option<&'static str> {
    match name.trim_start_matches("__cedar::") {
        "ipaddr" => Some("ip"),
        "decimal" => Some("decimal"),
        "datetime" => Some("datetime"),
        "duration" => Some("duration"),
        _ => None,
    }
}
