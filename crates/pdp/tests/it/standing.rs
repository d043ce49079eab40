//! Whether a yes would be one whatever else were known.

use pdp::{Change, Engine, Entity, Policies};

use crate::library::{FACTS, SCHEMA, may, source};

/// Whether Ben may read the map by this policy and that of the readers, and whether that stands.
fn answer(more: &str) -> (bool, bool) {
    let readers = r#"@id("readers") permit (principal, action == Action::"read", resource)
        when { resource has shelf.readers && principal in resource.shelf.readers };"#;
    by(&format!("{readers}\n{more}"))
}

fn by(policies: &str) -> (bool, bool) {
    let sources = [
        source("library.cedarschema", SCHEMA),
        source("library.cedar", policies),
    ];
    let engine = Engine::new(&Policies::new(&sources).unwrap()).unwrap();
    let entities: Vec<Entity> = serde_json::from_str(FACTS).unwrap();
    let facts = entities
        .into_iter()
        .flat_map(|entity| entity.facts().unwrap());
    engine.write(facts.map(Change::Add)).unwrap();
    let (view, question) = (engine.view(), may("ben", "read", "map"));
    let allowed = view.ask(&question).unwrap().allowed;
    (allowed, view.stands(&question).unwrap())
}

#[test]
fn what_facts_prove_more_facts_do_not_disprove() {
    assert_eq!(answer(""), (true, true));
    assert_eq!(
        by(
            "@id(\"x\") permit (principal, action, resource) when { if true then resource has shelf else resource has owner };"
        ),
        (true, true)
    );
}

#[test]
fn what_could_be_forbidden_does_not_stand() {
    for forbids in [
        "@id(\"x\") forbid (principal, action, resource) when { resource has secret && resource.secret };",
        "@id(\"x\") forbid (principal in Group::\"banned\", action, resource);",
    ] {
        assert_eq!(answer(forbids), (true, false), "{forbids}");
    }
    for forbids_others in [
        "@id(\"x\") forbid (principal, action == Action::\"write\", resource);",
        "@id(\"x\") forbid (principal == User::\"ann\", action, resource);",
        "@id(\"x\") forbid (principal, action, resource == Document::\"will\");",
    ] {
        assert_eq!(answer(forbids_others), (true, true), "{forbids_others}");
    }
}

#[test]
fn what_rests_on_something_unknown_does_not_stand() {
    for condition in [
        "!(resource has secret)",
        "!(principal in Group::\"banned\")",
        "(principal in Group::\"banned\") == false",
        "if resource has secret then resource has owner else true",
    ] {
        let alone =
            format!("@id(\"x\") permit (principal, action, resource) when {{ {condition} }};");
        assert_eq!(by(&alone), (true, false), "{condition}");
        // Another reason is reason enough.
        assert_eq!(answer(&alone), (true, true), "{condition}");
    }
}

#[test]
fn a_no_does_not_stand() {
    assert_eq!(
        by("@id(\"x\") permit (principal, action == Action::\"write\", resource);"),
        (false, false)
    );
}
