//! Every answer, compared with Cedar's.

use cedar_policy::{AuthorizationError, Authorizer, Context, Decision, Request};
use pdp::{Change, Engine, Policies, Question, Source};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::grammar::{SCHEMA, policies};
use crate::small_world::{Plain, changes, question};

fn source(name: &str, text: &str) -> Source {
    Source {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

pub(crate) fn unvalidated((policies, links): &(String, String)) -> Policies {
    let sources = [
        source("a.cedarschema", SCHEMA),
        source("a.cedar", policies),
        source("a.links.json", links),
    ];
    Policies::unvalidated(&sources).unwrap()
}

pub(crate) fn engine(policies: &Policies, changes: &[Change]) -> Engine {
    let engine = Engine::new(policies).unwrap();
    for change in changes {
        engine.write([change.clone()]).unwrap();
    }
    engine
}

/// Yes or no; the policies that decided; those that failed.
type Told = (bool, Vec<String>, Vec<String>);

fn asked(engine: &Engine, question: &Question) -> Told {
    let answer = engine.view().ask(question).unwrap();
    let text = |ids: Vec<std::sync::Arc<str>>| ids.iter().map(ToString::to_string).collect();
    (answer.allowed, text(answer.policies), text(answer.errors))
}

fn failed(error: &AuthorizationError) -> String {
    let AuthorizationError::PolicyEvaluationError(error) = error;
    error.policy_id().to_string()
}

fn asked_of_cedar(policies: &Policies, changes: &[Change], question: &Question) -> Told {
    let actions = policies.schema().action_entities().unwrap();
    let entities = Plain::after(changes).entities(question, &actions);
    let context: serde_json::Map<_, _> = question
        .context
        .iter()
        .map(|(name, term)| (name.clone(), term.into()))
        .collect();
    let context = Context::from_json_value(context.into(), None).unwrap();
    let [principal, action, resource] = [&question.principal, &question.action, &question.resource]
        .map(|uid| uid.to_string().parse().unwrap());
    let request = Request::new(principal, action, resource, context, None).unwrap();
    let response = Authorizer::new().is_authorized(&request, policies.cedar(), &entities);
    let diagnostics = response.diagnostics();
    let mut reasons: Vec<String> = diagnostics.reason().map(ToString::to_string).collect();
    let mut errors: Vec<String> = diagnostics.errors().map(failed).collect();
    reasons.sort();
    errors.sort();
    (response.decision() == Decision::Allow, reasons, errors)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// The compiled policies, indexed, over interned facts that were changed one by one, say what Cedar says.
    #[test]
    fn every_answer_is_cedars(policies in policies(), changes in changes(), questions in vec(question(), 8)) {
        let policies = unvalidated(&policies);
        let engine = engine(&policies, &changes);
        for question in questions {
            prop_assert_eq!(asked(&engine, &question), asked_of_cedar(&policies, &changes, &question), "{:?}", question);
        }
    }
}
