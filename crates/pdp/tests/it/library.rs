//! A domain that has nothing to do with security systems: people, shelves and documents.

use pdp::{
    Change, Cursors, Engine, Fields, Policies, Question, Relation, Search, Source, Term, Uid,
    Unsearched, Wanted,
};

pub(crate) const SCHEMA: &str = r"
entity Group in [Group];
entity User in [Group] { name?: String };
entity Shelf in [Shelf] { readers?: Group };
entity Document in [Shelf] { owner?: User, shelf?: Shelf, secret?: Bool };
action read, write appliesTo { principal: User, resource: Document, context: { office?: Bool } };
";

pub(crate) const POLICIES: &str = r#"
@id("owners")
permit (principal, action, resource) when { resource has owner && resource.owner == principal };

@id("readers")
permit (principal, action == Action::"read", resource)
when { resource has shelf.readers && principal in resource.shelf.readers };

@id("secrets")
forbid (principal, action, resource)
when { resource has secret && resource.secret }
unless { context has office && context.office };
"#;

pub(crate) fn source(name: &str, text: &str) -> Source {
    Source {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

pub(crate) fn sources() -> Vec<Source> {
    vec![
        source("library.cedarschema", SCHEMA),
        source("library.cedar", POLICIES),
    ]
}

/// Ann owns the diary; Ben reads what is on the first shelf, as the clerks do; the will is secret.
pub(crate) const FACTS: &str = r#"[
    { "uid": { "type": "User", "id": "ann" }, "attrs": { "name": "Ann" } },
    { "uid": { "type": "User", "id": "ben" }, "parents": [{ "type": "Group", "id": "clerks" }] },
    { "uid": { "type": "Group", "id": "clerks" }, "parents": [{ "type": "Group", "id": "everybody" }] },
    { "uid": { "type": "Shelf", "id": "first" }, "attrs": { "readers": { "type": "Group", "id": "everybody" } } },
    { "uid": { "type": "Document", "id": "diary" }, "attrs": { "owner": { "type": "User", "id": "ann" } } },
    { "uid": { "type": "Document", "id": "map" }, "attrs": { "shelf": { "type": "Shelf", "id": "first" } } },
    { "uid": { "type": "Document", "id": "will" },
      "attrs": { "shelf": { "__entity": { "type": "Shelf", "id": "first" } }, "secret": true } }
]"#;

pub(crate) fn library() -> Engine {
    let engine = Engine::new(&Policies::new(&sources()).unwrap()).unwrap();
    let entities: Vec<pdp::Entity> = serde_json::from_str(FACTS).unwrap();
    let facts = entities
        .into_iter()
        .flat_map(|entity| entity.facts().unwrap());
    engine.write(facts.map(Change::Add)).unwrap();
    engine
}

pub(crate) fn may(user: &str, action: &str, document: &str) -> Question {
    Question::new(
        Uid::new("User", user),
        Uid::new("Action", action),
        Uid::new("Document", document),
    )
}

fn documents(user: &str) -> Search {
    Search {
        wanted: Wanted::Resources {
            kind: "Document".to_owned(),
        },
        known: Uid::new("User", user),
        action: Uid::new("Action", "read"),
        context: Fields::new(),
        vouched: Fields::new(),
        limit: 1,
        tries: 10,
        cursor: None,
    }
}

#[test]
fn an_answer_names_the_policies_that_decided() {
    let library = library();
    let ask = |question: &Question| {
        let answer = library.view().ask(question).unwrap();
        (
            answer.allowed,
            answer
                .policies
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        ask(&may("ann", "write", "diary")),
        (true, vec!["owners".to_owned()])
    );
    assert_eq!(
        ask(&may("ben", "read", "map")),
        (true, vec!["readers".to_owned()])
    );
    assert_eq!(
        ask(&may("ben", "read", "will")),
        (false, vec!["secrets".to_owned()])
    );
    assert_eq!(ask(&may("ben", "write", "map")), (false, vec![]));
}

#[test]
fn an_allow_is_explained_by_the_path_of_facts() {
    let explained = library()
        .view()
        .explain(&may("ben", "read", "map"))
        .unwrap();
    let facts: Vec<String> = explained.reasons[0]
        .facts
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        facts,
        [
            r#"Document::"map".shelf == Shelf::"first""#,
            r#"Shelf::"first".readers == Group::"everybody""#,
            r#"User::"ben" in Group::"clerks""#,
            r#"Group::"clerks" in Group::"everybody""#,
        ]
    );
}

#[test]
fn a_denial_is_explained_by_the_closest_missing_fact() {
    let library = library();
    let missing = |question: &Question| -> Vec<String> {
        let explained = library.view().explain(question).unwrap();
        explained
            .reasons
            .iter()
            .flat_map(|reason| &reason.missing)
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(
        missing(&may("ann", "read", "map")),
        [r#"Document::"map".owner == User::"ann""#]
    );
    assert_eq!(missing(&may("ben", "read", "will")), [""; 0]);
}

#[test]
fn what_forbids_is_explained_by_the_facts_that_make_it() {
    let explained = library()
        .view()
        .explain(&may("ben", "read", "will"))
        .unwrap();
    let facts: Vec<String> = explained
        .reasons
        .iter()
        .flat_map(|reason| &reason.facts)
        .map(ToString::to_string)
        .collect();
    assert_eq!(facts, [r#"Document::"will".secret == true"#]);
}

#[test]
fn a_question_that_the_schema_does_not_know_is_refused() {
    let view = library().view();
    assert!(view.ask(&may("ann", "burn", "diary")).is_err());
    let mut question = may("ann", "read", "diary");
    question
        .context
        .insert("office".to_owned(), Term::Text("yes".to_owned()));
    assert!(
        view.ask(&question).is_err(),
        "a forbid that fails on it would be left out"
    );
}

#[test]
fn what_one_vouches_for_stands_before_what_is_known() {
    let view = library().view();
    let mut question = may("ben", "write", "diary");
    question
        .resource_attributes
        .insert("owner".to_owned(), Term::Entity(Uid::new("User", "ben")));
    assert!(view.ask(&question).unwrap().allowed);
    assert!(!view.ask(&may("ann", "write", "map")).unwrap().allowed);
}

#[test]
fn a_page_says_where_to_go_on_and_whether_policies_led_to_it() {
    let library = library();
    let view = library.view();
    let page = view
        .search(&documents("ben"), &Cursors::new([1; 32]))
        .unwrap();
    assert_eq!(page.found, [Uid::new("Document", "map")]);
    assert!(page.led && page.next.is_some(), "the will is still ahead");
}

#[test]
fn a_cursor_serves_its_own_search_under_its_own_policies_only() {
    let library = library();
    let cursors = Cursors::new([1; 32]);
    let next = library
        .view()
        .search(&documents("ben"), &cursors)
        .unwrap()
        .next
        .unwrap();
    let with = |cursor: &str, user: &str| Search {
        cursor: Some(cursor.to_owned()),
        ..documents(user)
    };
    let search = |search: &Search, cursors: &Cursors| library.view().search(search, cursors);
    assert!(
        search(&with(&next, "ben"), &cursors)
            .unwrap()
            .found
            .is_empty()
    );

    let refused = |result: Result<_, Unsearched>| matches!(result, Err(Unsearched::Cursor(_)));
    assert!(
        refused(search(&with(&next, "ann"), &cursors)),
        "another search"
    );
    assert!(
        refused(search(&with(&next, "ben"), &Cursors::new([2; 32]))),
        "another key"
    );
    assert!(refused(search(&with("AAAA", "ben"), &cursors)), "made up");
    let mut forged = next.clone().into_bytes();
    let last = forged.len() - 1;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    assert!(
        refused(search(
            &with(&String::from_utf8(forged).unwrap(), "ben"),
            &cursors
        )),
        "tampered with"
    );

    let mut other = sources();
    other[1].text.push_str("\n// another version\n");
    library.renew(&Policies::new(&other).unwrap(), []).unwrap();
    assert!(
        refused(search(&with(&next, "ben"), &cursors)),
        "another version"
    );
}

#[test]
fn a_condition_is_refused_where_it_would_not_say_it_all() {
    let library = library();
    let by = |attribute: &str| Search {
        wanted: Wanted::Values {
            kind: "Document".to_owned(),
            attribute: attribute.to_owned(),
        },
        ..documents("ben")
    };
    let refused = library.view().search(&by("shelf"), &Cursors::new([1; 32]));
    assert!(
        matches!(refused, Err(Unsearched::NoCondition(_))),
        "owners read too, whatever the shelf"
    );
}

#[test]
fn relations_can_be_read_both_ways() {
    let view = library().view();
    let everybody = Uid::new("Group", "everybody");
    assert_eq!(
        view.members(&everybody).collect::<Vec<_>>(),
        [Uid::new("Group", "clerks")]
    );
    assert_eq!(
        view.holders("readers", &everybody).collect::<Vec<_>>(),
        [Uid::new("Shelf", "first")]
    );
    assert_eq!(
        view.attribute(&Uid::new("User", "ann"), "name"),
        Some(Term::Text("Ann".to_owned()))
    );
    let map = Uid::new("Document", "map");
    let said: Vec<Relation> = view.facts_of(&map).map(|fact| fact.relation).collect();
    assert_eq!(
        said,
        [Relation::Attribute(
            "shelf".to_owned(),
            Term::Entity(Uid::new("Shelf", "first"))
        )]
    );
}
