//! Test cases: policies that answer them wrongly are refused.

use serde::Deserialize;

use super::fault::{Fault, Faults};
use super::{Policies, Source, read};
use crate::engine::Engine;
use crate::fact::{Change, Uid};
use crate::json::{Entity, record};
use crate::question::Question;

/// A file of cases: a small world, and what may be done in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    facts: Vec<Entity>,
    cases: Vec<Case>,
}

/// A question, and the answer that is right.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    principal: String,
    action: String,
    resource: String,
    #[serde(default)]
    context: serde_json::Map<String, serde_json::Value>,
    /// The answer.
    pub allowed: bool,
    /// The policies to which it is due; if none are named, any will do.
    because: Option<Vec<String>>,
}

/// Runs all cases; a policy set keeps those that it was tested by.
pub(super) fn run(policies: &mut Policies, sources: &[Source]) -> Result<(), Faults> {
    let mut faults = Vec::new();
    let mut passed = Vec::new();
    for source in read::ending(sources, ".cases.json") {
        let Cases { facts, cases } =
            serde_json::from_str(&source.text).map_err(|error| Fault::of_json(source, &error))?;
        let engine = engine(policies, facts).map_err(|why| Fault::at(source, None, why))?;
        for case in cases {
            match case.run(&engine) {
                Ok(()) => passed.push(case),
                Err(why) => {
                    let name = format!("{:?}", case.name);
                    faults.push(Fault::near(source, &name, format!("{name}: {why}")));
                }
            }
        }
    }
    policies.cases = passed;
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Faults(faults))
    }
}

fn engine(policies: &Policies, facts: Vec<Entity>) -> Result<Engine, String> {
    let engine = Engine::new(policies).map_err(|error| error.to_string())?;
    for entity in facts {
        let facts = entity.facts().map_err(|error| error.to_string())?;
        engine
            .write(facts.into_iter().map(Change::Add))
            .map_err(|error| error.to_string())?;
    }
    Ok(engine)
}

impl Case {
    fn run(&self, engine: &Engine) -> Result<(), String> {
        let question = self.question()?;
        let answer = engine
            .view()
            .ask(&question)
            .map_err(|unfit| unfit.to_string())?;
        if !answer.errors.is_empty() {
            return Err(format!("these policies fail: {}", answer.errors.join(", ")));
        }
        if answer.allowed != self.allowed {
            return Err(format!("{} by {:?}", said(answer.allowed), answer.policies));
        }
        let because = self
            .because
            .as_ref()
            .map(|ids| ids.iter().map(String::as_str).collect::<Vec<_>>());
        let policies: Vec<&str> = answer.policies.iter().map(|id| &**id).collect();
        match because {
            Some(mut ids) => {
                ids.sort_unstable();
                if ids == policies {
                    Ok(())
                } else {
                    Err(format!("{} by {policies:?}", said(answer.allowed)))
                }
            }
            None => Ok(()),
        }
    }

    /// What is asked.
    ///
    /// # Errors
    ///
    /// A name or a value is none.
    pub fn question(&self) -> Result<Question, String> {
        let uid = |text: &str| text.parse::<Uid>().map_err(|error| error.to_string());
        let mut question = Question::new(
            uid(&self.principal)?,
            uid(&self.action)?,
            uid(&self.resource)?,
        );
        question.context = record(&self.context).map_err(|error| error.to_string())?;
        Ok(question)
    }
}

const fn said(allowed: bool) -> &'static str {
    if allowed {
        "it is allowed"
    } else {
        "it is denied"
    }
}
