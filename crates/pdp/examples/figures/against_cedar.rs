//! The engine and Cedar's evaluator, which has its entities and its request ready.

use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;

use cedar_policy::{Authorizer, Context, Entities, Request};
use pdp::{Change, Engine, Entity, Policies, Question, Source, Uid};
use serde_json::{Value, json};

use crate::cost;

const SCHEMA: &str = "
entity Team;
entity User in [Team];
entity Folder;
entity Document in [Folder] { owner?: User };
action read appliesTo { principal: User, resource: Document };
";

const TEMPLATE: &str = r#"
@id("reader") permit (principal in ?principal, action == Action::"read", resource in ?resource);
@id("owner") permit (principal, action, resource) when { resource has owner && resource.owner == principal };
"#;

pub(crate) fn print() -> Result<(), Box<dyn Error>> {
    println!("one question, by the number of policies linked from a template");
    println!(
        "{:>10} {:>12} {:>12} {:>8}",
        "policies", "Cedar", "engine", "ratio"
    );
    for count in [10, 100, 1000] {
        let policies = policies(count)?;
        let engine = Engine::new(&policies)?;
        let world = world(count);
        for entity in serde_json::from_value::<Vec<Entity>>(world.clone())? {
            engine.write(entity.facts()?.into_iter().map(Change::Add))?;
        }
        let cedar = of_cedar(&policies, &world, count)?;
        let view = engine.view();
        let questions: Vec<Question> = (0..count).map(question).collect();
        let ours = cost(20_000, |turn| {
            let _ = black_box(view.ask(&questions[turn % count]));
        });
        let ratio = cedar.as_secs_f64() / ours.as_secs_f64();
        println!("{count:>10} {cedar:>12.2?} {ours:>12.2?} {ratio:>8.1}");
    }
    Ok(())
}

fn of_cedar(
    policies: &Policies,
    world: &Value,
    count: usize,
) -> Result<std::time::Duration, Box<dyn Error>> {
    let entities = Entities::from_json_value(world.clone(), Some(policies.schema()))?;
    let request = |question: &Question| -> Result<Request, Box<dyn Error>> {
        let uid = |uid: &Uid| uid.to_string().parse().map_err(Box::new);
        let [principal, action, resource] =
            [&question.principal, &question.action, &question.resource].map(uid);
        Ok(Request::new(
            principal?,
            action?,
            resource?,
            Context::empty(),
            None,
        )?)
    };
    let requests: Result<Vec<Request>, _> = (0..count)
        .map(|number| request(&question(number)))
        .collect();
    let requests = requests?;
    let authorizer = Authorizer::new();
    Ok(cost(2_000_000 / count / 100, |turn| {
        black_box(authorizer.is_authorized(&requests[turn % count], policies.cedar(), &entities));
    }))
}

fn policies(count: usize) -> Result<Policies, Box<dyn Error>> {
    let mut links = String::from("[");
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        write!(
            links,
            r#"{comma}{{"id": "reader {number}", "template": "reader", "principal": "Team::\"{number}\"", "resource": "Folder::\"{number}\""}}"#
        )?;
    }
    let source = |name: &str, text: &str| Source {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    let sources = [
        source("a.cedarschema", SCHEMA),
        source("a.cedar", TEMPLATE),
        source("a.links.json", &format!("{links}]")),
    ];
    Ok(Policies::new(&sources)?)
}

/// As many teams, users, folders and documents.
fn world(count: usize) -> Value {
    let entity = |kind: &str, number: usize, parent: &str| json!({ "uid": { "type": kind, "id": number.to_string() }, "attrs": {}, "parents": [{ "type": parent, "id": number.to_string() }] });
    (0..count)
        .flat_map(|number| {
            [
                entity("User", number, "Team"),
                entity("Document", number, "Folder"),
            ]
        })
        .collect()
}

fn question(number: usize) -> Question {
    let id = number.to_string();
    Question::new(
        Uid::new("User", id.clone()),
        Uid::new("Action", "read"),
        Uid::new("Document", id),
    )
}
