//! Checking what is said against the schema.

use super::{Misfit, Shape, Type};
use crate::fact::{Fact, Fields, Relation, Term, Uid};

impl Shape {
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

    /// Whether the schema lets this be said as it is: under another one it may have been told in a form that means something
    /// else by this.
    pub(crate) fn holds(&self, fact: &Fact) -> Result<(), Misfit> {
        let mut fitted = fact.clone();
        self.fit(&mut fitted)?;
        if fitted == *fact {
            return Ok(());
        }
        Err(Misfit {
            what: fact.to_string(),
            why: format!("to the schema that is {fitted}"),
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

    /// Whether things of this type have such an attribute.
    pub(crate) fn has_attribute(&self, kind: &str, name: &str) -> bool {
        let kind = self.kinds.get(kind);
        kind.is_some_and(|kind| kind.attribute(name, &self.common).is_some())
    }

    /// Whether the context of an action has such a field: the last of these, within those before.
    pub(crate) fn has_circumstance(&self, action: &Uid, path: &[&str]) -> bool {
        let mut field = self.contexts.get(action);
        for name in path {
            while let Some(named) = field.and_then(|field| self.common.get(&field.of)) {
                field = Some(named);
            }
            field = field.and_then(|field| field.attributes.get(*name));
        }
        field.is_some()
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
