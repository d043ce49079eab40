//! Facts in Cedar's JSON form for entities.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::fact::{Fact, Fields, Relation, Term, Uid};

/// An entity, as Cedar's tools write it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// What it is called; also in the form `{"__entity": …}`.
    #[serde(deserialize_with = "uid")]
    uid: Uid,
    #[serde(default)]
    attrs: serde_json::Map<String, Json>,
    #[serde(default)]
    parents: Vec<Json>,
    #[serde(default)]
    tags: serde_json::Map<String, Json>,
}

/// The JSON says nothing that could be a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no value that policies know")]
pub struct InvalidTerm(String);

impl Entity {
    /// Everything that it says.
    ///
    /// # Errors
    ///
    /// A value is none, such as `null` or a fraction.
    pub fn facts(self) -> Result<Vec<Fact>, InvalidTerm> {
        let parents = self
            .parents
            .iter()
            .map(|parent| Ok(Relation::In(entity(parent)?)));
        let attributes = self.attrs.iter();
        let attributes = attributes
            .map(|(name, json)| Ok(Relation::Attribute(name.clone(), Term::try_from(json)?)));
        let tags = self.tags.iter();
        let tags = tags.map(|(key, json)| Ok(Relation::Tag(key.clone(), Term::try_from(json)?)));
        let relations = parents.chain(attributes).chain(tags);
        let subject = &self.uid;
        let facts = relations.map(|relation| {
            relation.map(|relation| Fact {
                subject: subject.clone(),
                relation,
            })
        });
        facts.collect()
    }
}

impl TryFrom<&Json> for Term {
    type Error = InvalidTerm;

    fn try_from(json: &Json) -> Result<Self, InvalidTerm> {
        match json {
            Json::Bool(value) => Ok(Self::Bool(*value)),
            Json::Number(number) => number.as_i64().map(Self::Long).ok_or_else(|| invalid(json)),
            Json::String(text) => Ok(Self::Text(text.clone())),
            Json::Array(items) => Ok(Self::Set(
                items.iter().map(Self::try_from).collect::<Result<_, _>>()?,
            )),
            Json::Object(fields) => match (fields.get("__entity"), fields.get("__extn")) {
                (Some(inner), None) if fields.len() == 1 => Ok(Self::Entity(entity(inner)?)),
                (None, Some(call)) if fields.len() == 1 => extension(call),
                _ => Ok(Self::Record(record(fields)?)),
            },
            Json::Null => Err(invalid(json)),
        }
    }
}

/// Facts as Cedar's tools read them, and [`Entity`] does: one entity for each row of facts of the same thing.
#[must_use]
pub fn entities(facts: &[Fact]) -> Json {
    let things = facts.chunk_by(|one, next| one.subject == next.subject);
    things.map(told).collect()
}

/// All that is said of one thing.
fn told(facts: &[Fact]) -> Json {
    let mut entity = serde_json::Map::new();
    for Fact { subject, relation } in facts {
        entity.entry("uid").or_insert_with(|| Json::from(subject));
        let (part, empty) = match relation {
            Relation::In(_) => ("parents", Json::Array(Vec::new())),
            Relation::Attribute(..) => ("attrs", Json::Object(serde_json::Map::new())),
            Relation::Tag(..) => ("tags", Json::Object(serde_json::Map::new())),
        };
        match (entity.entry(part).or_insert(empty), relation) {
            (Json::Array(parents), Relation::In(group)) => parents.push(group.into()),
            (Json::Object(fields), Relation::Attribute(name, term) | Relation::Tag(name, term)) => {
                fields.insert(name.clone(), term.into());
            }
            _ => {}
        }
    }
    Json::Object(entity)
}

impl From<&Uid> for Json {
    fn from(uid: &Uid) -> Self {
        serde_json::json!({ "type": uid.kind, "id": uid.id })
    }
}

/// The fields of a context, or of attributes.
///
/// # Errors
///
/// A value is none, such as `null` or a fraction.
pub fn record(fields: &serde_json::Map<String, Json>) -> Result<Fields, InvalidTerm> {
    fields
        .iter()
        .map(|(name, json)| Ok((name.clone(), Term::try_from(json)?)))
        .collect()
}

/// As Cedar's tools read it.
impl From<&Term> for Json {
    fn from(term: &Term) -> Self {
        match term {
            Term::Bool(value) => Self::Bool(*value),
            Term::Long(value) => Self::from(*value),
            Term::Text(text) => Self::from(text.as_str()),
            Term::Entity(uid) => serde_json::json!({ "__entity": Self::from(uid) }),
            Term::Set(items) => items.iter().map(Self::from).collect(),
            Term::Record(fields) => fields
                .iter()
                .map(|(name, term)| (name.clone(), Self::from(term)))
                .collect(),
            Term::Extension { function, argument } => {
                serde_json::json!({ "__extn": { "fn": function, "arg": argument } })
            }
        }
    }
}

fn extension(call: &Json) -> Result<Term, InvalidTerm> {
    match (
        call.get("fn").and_then(Json::as_str),
        call.get("arg").and_then(Json::as_str),
    ) {
        (Some(function), Some(argument)) => Ok(Term::Extension {
            function: function.to_owned(),
            argument: argument.to_owned(),
        }),
        _ => Err(invalid(call)),
    }
}

fn entity(json: &Json) -> Result<Uid, InvalidTerm> {
    let json = json.get("__entity").unwrap_or(json);
    Uid::deserialize(json).map_err(|_| invalid(json))
}

fn uid<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Uid, D::Error> {
    let json = Json::deserialize(deserializer)?;
    entity(&json).map_err(serde::de::Error::custom)
}

fn invalid(json: &Json) -> InvalidTerm {
    InvalidTerm(json.to_string())
}
