//! Files that are wrong are refused, and it is said where.

use std::fs;

use pdp::{Fault, Policies, Source};

use crate::library::{FACTS, POLICIES, SCHEMA, source, sources};

/// The one thing that is wrong.
fn fault(sources: &[Source]) -> Fault {
    let faults = Policies::new(sources).unwrap_err().0;
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].clone()
}

/// The library, with these policies in a second file.
fn with(text: &str) -> Vec<Source> {
    let mut sources = sources();
    sources.push(source("more.cedar", text));
    sources
}

#[test]
fn what_is_no_cedar_is_named_with_its_line() {
    let fault = fault(&with(
        "// a comment\n\n@id(\"x\")\npermit (principal, action, resource) when { principal };;\n",
    ));
    assert_eq!((fault.file.as_str(), fault.line), ("more.cedar", Some(4)));
}

#[test]
fn every_policy_has_a_name() {
    let fault = fault(&with(
        "@id(\"x\") permit (principal, action, resource) when { false };\n\nforbid (principal, action, resource);",
    ));
    assert_eq!((fault.line, fault.message.contains("@id")), (Some(3), true));
}

#[test]
fn no_two_policies_have_one_name() {
    let fault = fault(&with(
        "\n@id(\"owners\") permit (principal, action, resource) when { true == false };",
    ));
    assert_eq!((fault.file.as_str(), fault.line), ("more.cedar", Some(2)));
}

#[test]
fn what_the_schema_does_not_know_is_named_with_its_line() {
    let fault = fault(&with(
        "@id(\"x\")\npermit (principal, action, resource)\nwhen { resource.colour == \"red\" };",
    ));
    assert_eq!((fault.file.as_str(), fault.line), ("more.cedar", Some(3)));
    assert!(fault.message.contains("colour"), "{}", fault.message);
}

#[test]
fn a_schema_that_is_none_is_named_with_its_line() {
    let fault = fault(&[
        source("library.cedarschema", "entity User;\nentity Document {"),
        source("library.cedar", POLICIES),
    ]);
    assert_eq!(
        (fault.file.as_str(), fault.line),
        ("library.cedarschema", Some(2))
    );
}

#[test]
fn there_must_be_a_schema() {
    assert!(
        fault(&[source("library.cedar", POLICIES)])
            .message
            .contains("no schema")
    );
}

fn cases(cases: &str) -> Vec<Source> {
    let text = format!("{{ \"facts\": {FACTS},\n \"cases\": [\n{cases}\n] }}");
    vec![
        source("library.cedarschema", SCHEMA),
        source("library.cedar", POLICIES),
        source("library.cases.json", &text),
    ]
}

const RIGHT: &str = r#"{ "name": "an owner reads", "principal": "User::\"ann\"", "action": "Action::\"read\"",
  "resource": "Document::\"diary\"", "allowed": true, "because": ["owners"] }"#;

#[test]
fn cases_that_are_answered_rightly_are_kept() {
    let policies = Policies::new(&cases(RIGHT)).unwrap();
    assert_eq!(policies.cases()[0].name, "an owner reads");
}

#[test]
fn a_case_that_is_answered_wrongly_is_named_with_its_line() {
    let wrong = RIGHT
        .replace("an owner reads", "an owner does not")
        .replace("true", "false");
    let sources = cases(&format!("{RIGHT},\n{wrong}"));
    let fault = fault(&sources);
    let line = sources[2]
        .text
        .lines()
        .position(|line| line.contains("an owner does not"));
    assert_eq!(
        (fault.file.as_str(), fault.line),
        ("library.cases.json", line.map(|line| line + 1))
    );
}

#[test]
fn a_case_that_is_answered_for_another_reason_is_refused() {
    assert!(
        fault(&cases(&RIGHT.replace("owners", "readers")))
            .message
            .contains("owners")
    );
}

#[test]
fn templates_become_policies_by_their_links() {
    let template = "@id(\"guest\") permit (principal == ?principal, action == Action::\"read\", resource == ?resource);";
    let mut sources = with(template);
    sources.push(source("guests.links.json", r#"[{ "id": "ben's map", "template": "guest", "principal": "User::\"ben\"", "resource": "Document::\"map\"" }]"#));
    let policies = Policies::new(&sources).unwrap();
    assert!(
        policies
            .cedar()
            .policies()
            .any(|policy| AsRef::<str>::as_ref(policy.id()) == "ben's map")
    );

    sources[3].text = sources[3].text.replace("\"guest\"", "\"nobody\"");
    assert_eq!(fault(&sources).file, "guests.links.json");
}

#[test]
fn a_directory_is_read_and_its_version_is_that_of_its_files() {
    let directory = tempfile::tempdir().unwrap();
    for source in sources() {
        fs::write(directory.path().join(source.name), source.text).unwrap();
    }
    fs::write(directory.path().join("notes.txt"), "not for us").unwrap();
    let read = Policies::read(directory.path()).unwrap();
    assert_eq!(read.version(), Policies::new(&sources()).unwrap().version());
    assert_ne!(
        read.version(),
        Policies::new(&with("// nothing")).unwrap().version()
    );
    assert!(Policies::read(&directory.path().join("nowhere")).is_err());
}
