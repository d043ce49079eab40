//! The forms that questions and answers have in common.

use std::fmt;
use std::marker::PhantomData;

use access::{Named, Outcome};
use chassis::problem::Problem;
use pdp::Reason;
use serde::Serialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::grounds::Grounds;
use crate::app::{Act, Evaluated, Explain, Known, Thing};

/// Reads an object, and nothing else: a list of its values in their order is none.
pub(super) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    json: D,
) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }

    json.deserialize_map(Object(PhantomData))
}

/// The longest name and id in bytes: as long as the log can be searched by.
const LONGEST: usize = 2_048;

/// Reads a name or an id.
fn short<'de, D: Deserializer<'de>>(json: D) -> Result<String, D::Error> {
    let text = String::deserialize(json)?;
    if text.len() > LONGEST {
        return Err(D::Error::custom(format!("longer than {LONGEST} bytes")));
    }
    Ok(text)
}

/// A subject or a resource.
#[derive(Debug, serde::Deserialize, ToSchema)]
pub(super) struct Entity {
    /// Its type, as the schema calls it.
    #[serde(deserialize_with = "short")]
    #[schema(max_length = 2048)]
    r#type: String,
    /// Its id within the type.
    #[serde(deserialize_with = "short")]
    #[schema(max_length = 2048)]
    id: String,
    /// What the caller says of it. That counts only where the caller can vouch for it.
    #[serde(default)]
    #[schema(value_type = Object)]
    properties: Map<String, Value>,
}

/// A type of subjects or resources that are looked for.
#[derive(Debug, serde::Deserialize, ToSchema)]
pub(super) struct Kind {
    /// The type, as the schema calls it.
    pub(super) r#type: String,
}

/// What is done.
#[derive(Debug, serde::Deserialize, ToSchema)]
pub(super) struct Action {
    /// Its name: the action's id, or all of it, as in `Shop::Action::"buy"`.
    #[serde(deserialize_with = "short")]
    #[schema(max_length = 2048)]
    name: String,
    /// What the caller says of it. To policies that is `context.action`.
    #[serde(default)]
    #[schema(value_type = Object)]
    properties: Map<String, Value>,
}

impl From<Entity> for Thing {
    fn from(entity: Entity) -> Self {
        Self {
            kind: entity.r#type,
            id: entity.id,
            properties: entity.properties,
        }
    }
}

impl From<Action> for Act {
    fn from(action: Action) -> Self {
        Self {
            name: action.name,
            properties: action.properties,
        }
    }
}

/// What more an answer is to tell.
#[derive(Debug, Default, Clone, Copy, serde::Deserialize, ToSchema)]
pub(super) struct Options {
    /// How several questions are answered.
    #[serde(default)]
    pub(super) evaluations_semantic: Semantic,
    /// Whether to say on which facts an answer rests, or which are missing.
    #[serde(default)]
    explain: bool,
    /// Whether to say the same as grants, in the words of `RealGuardIO`'s law.
    #[serde(default)]
    grants: bool,
}

impl Options {
    pub(super) const fn explain(self) -> Explain {
        Explain {
            facts: self.explain,
            grants: self.grants,
        }
    }
}

/// How several questions are answered.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Semantic {
    /// All of them.
    #[default]
    ExecuteAll,
    /// One after the other, to the first no.
    DenyOnFirstDeny,
    /// One after the other, to the first yes.
    PermitOnFirstPermit,
}

impl Semantic {
    /// Whether this answer is the last one.
    pub(super) fn ends_with(self, decision: bool) -> bool {
        match self {
            Self::ExecuteAll => false,
            Self::DenyOnFirstDeny => !decision,
            Self::PermitOnFirstPermit => decision,
        }
    }
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Decision {
    /// Whether they may.
    pub(super) decision: bool,
    context: Context,
}

/// What an answer rests on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum Context {
    /// It was answered.
    Answered(Box<Answered>),
    /// It was not.
    Failed {
        /// Why.
        error: Failure,
    },
}

#[derive(Debug, Serialize, ToSchema)]
struct Answered {
    /// The policies to which the answer is due, by their `@id`.
    policies: Vec<String>,
    /// The exceptions by which it is a yes, by their numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exceptions: Vec<String>,
    /// Policies that failed, and were left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed: Vec<String>,
    #[serde(flatten)]
    grounds: Grounds,
    /// The facts on which it rests, or which are missing; if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<Grounding>>,
    /// The same in the words of the law, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    law: Option<Law>,
}

/// Where it is, and by which grants the answer is so, or what is closest to them.
#[derive(Debug, Serialize)]
struct Law {
    location: Named,
    customer: Named,
    #[serde(flatten)]
    outcome: Option<Outcome>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Grounding {
    policy: String,
    facts: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Failure {
    status: u16,
    message: String,
    /// The type of the problem, as where it is the answer.
    r#type: String,
}

impl Decision {
    /// A question that was answered by what is known.
    pub(super) fn answered(evaluated: Evaluated, known: &Known) -> Self {
        let Evaluated {
            answer,
            reasons,
            lawful,
            exceptions,
        } = evaluated;
        let named = |ids: &[std::sync::Arc<str>]| ids.iter().map(ToString::to_string).collect();
        let reasons = reasons.map(|reasons| reasons.iter().map(Grounding::from).collect());
        Self {
            decision: answer.allowed,
            context: Context::Answered(Box::new(Answered {
                policies: named(&answer.policies),
                exceptions,
                failed: named(&answer.errors),
                grounds: known.into(),
                reasons,
                law: lawful.map(|lawful| Law {
                    location: lawful.location,
                    customer: lawful.customer,
                    outcome: lawful.outcome,
                }),
            })),
        }
    }

    /// One of several questions that got no answer. Nobody decided anything, and nothing is allowed.
    pub(super) fn failed(problem: &Problem) -> Self {
        let error = Failure {
            status: problem.status().as_u16(),
            message: problem.to_string(),
            r#type: problem.kind().url(),
        };
        Self {
            decision: false,
            context: Context::Failed { error },
        }
    }
}

impl From<&Reason> for Grounding {
    fn from(reason: &Reason) -> Self {
        let told = |facts: &[pdp::Fact]| facts.iter().map(ToString::to_string).collect();
        Self {
            policy: reason.policy.to_string(),
            facts: told(&reason.facts),
            missing: told(&reason.missing),
        }
    }
}
