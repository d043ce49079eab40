//! Small worlds: three of everything, so that things meet.

use std::collections::BTreeMap;

use cedar_policy::Entities;
use pdp::{Change, Fact, Fields, Question, Relation, Term, Uid};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

fn of_kind(kinds: &'static [&'static str]) -> impl Strategy<Value = Uid> {
    (select(kinds), 1..=3_u8).prop_map(|(kind, id)| Uid::new(kind, id.to_string()))
}

fn user() -> impl Strategy<Value = Term> {
    of_kind(&["User"]).prop_map(Term::Entity)
}

fn group() -> impl Strategy<Value = Term> {
    of_kind(&["Group"]).prop_map(Term::Entity)
}

/// As the schema has it, by the attribute's name.
fn attribute() -> impl Strategy<Value = (String, Term)> {
    let decimal = select(&["1.0", "1.00", "2.5"][..]).prop_map(|argument| Term::Extension {
        function: "decimal".to_owned(),
        argument: argument.to_owned(),
    });
    let record = (user(), 0..3_i64).prop_map(|(by, n)| {
        Term::Record(Fields::from([
            ("by".to_owned(), by),
            ("n".to_owned(), Term::Long(n)),
        ]))
    });
    prop_oneof![
        (Just("a"), (-1..3_i64).prop_map(Term::Long)),
        (
            Just("s"),
            select(&["x", "y", "xy"][..]).prop_map(|text| Term::Text(text.to_owned()))
        ),
        (select(&["boss", "owner", "lead"][..]), user()),
        (Just("teams"), vec(group(), 0..3).prop_map(Term::Set)),
        (Just("home"), of_kind(&["Folder"]).prop_map(Term::Entity)),
        (Just("readers"), group()),
        (Just("r"), record),
        (Just("ext"), decimal),
    ]
    .prop_map(|(name, term)| (name.to_owned(), term))
}

/// Members are in groups of a higher number, so that nothing is in itself.
fn membership() -> impl Strategy<Value = Fact> {
    prop_oneof![
        (of_kind(&["User"]), of_kind(&["Group"])),
        (1..=2_u8, 3..=3_u8).prop_map(|(a, b)| (
            Uid::new("Group", a.to_string()),
            Uid::new("Group", b.to_string())
        )),
        (of_kind(&["Doc"]), of_kind(&["Folder"])),
        (1..=1_u8, 2..=3_u8).prop_map(|(a, b)| (
            Uid::new("Folder", a.to_string()),
            Uid::new("Folder", b.to_string())
        )),
    ]
    .prop_map(|(member, group)| Fact::member(member, group))
}

fn said() -> impl Strategy<Value = Fact> {
    let anything = || of_kind(&["User", "Doc", "Folder", "Group"]);
    let tagged = (
        of_kind(&["User", "Doc"]),
        select(&["k1", "k2", "x"][..]),
        group(),
    );
    prop_oneof![
        4 => membership(),
        4 => (anything(), attribute()).prop_map(|(subject, (name, term))| Fact::attribute(subject, name, term)),
        1 => tagged.prop_map(|(subject, key, term)| Fact::tag(subject, key, term)),
    ]
}

/// What happens in a world.
pub(crate) fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        8 => said().prop_map(Change::Add),
        1 => said().prop_map(Change::Drop),
        1 => of_kind(&["User", "Doc", "Folder", "Group"]).prop_map(Change::Forget),
    ];
    vec(change, 0..40)
}

fn context() -> impl Strategy<Value = Fields> {
    let field = prop_oneof![
        (Just("a"), (-1..3_i64).prop_map(Term::Long)),
        (Just("s"), Just(Term::Text("x".to_owned()))),
        (Just("who"), user()),
    ];
    vec(field, 0..3).prop_map(|fields| {
        fields
            .into_iter()
            .map(|(name, term)| (name.to_owned(), term))
            .collect()
    })
}

pub(crate) fn question() -> impl Strategy<Value = Question> {
    let principal = (1..=4_u8).prop_map(|id| Uid::new("User", id.to_string()));
    let action =
        select(&["read", "list", "write", "unheard"][..]).prop_map(|id| Uid::new("Action", id));
    let resource = (select(&["Doc", "Folder"][..]), 1..=4_u8)
        .prop_map(|(kind, id)| Uid::new(kind, id.to_string()));
    let vouched = btree_map(Just("owner".to_owned()), user(), 0..2);
    (principal, action, resource, context(), vouched).prop_map(
        |(principal, action, resource, context, vouched)| Question {
            context,
            resource_attributes: vouched,
            ..Question::new(principal, action, resource)
        },
    )
}

/// What is true after all that happened, kept as plainly as can be.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    groups: BTreeMap<Uid, Vec<Uid>>,
    attributes: BTreeMap<Uid, Fields>,
    tags: BTreeMap<Uid, Fields>,
}

impl Plain {
    pub(crate) fn after(changes: &[Change]) -> Self {
        let mut plain = Self::default();
        for change in changes {
            plain.apply(change);
        }
        plain
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Forget(subject) => {
                self.groups.remove(subject);
                self.attributes.remove(subject);
                self.tags.remove(subject);
            }
            Change::Add(Fact { subject, relation }) => match relation.clone() {
                Relation::In(group) => self.groups.entry(subject.clone()).or_default().push(group),
                Relation::Attribute(name, term) => self.say(subject, name, term),
                Relation::Tag(key, term) => {
                    self.tags
                        .entry(subject.clone())
                        .or_default()
                        .insert(key, term);
                }
            },
            Change::Drop(Fact { subject, relation }) => match relation {
                Relation::In(group) => self
                    .groups
                    .entry(subject.clone())
                    .or_default()
                    .retain(|other| other != group),
                Relation::Attribute(name, _) => {
                    self.attributes
                        .entry(subject.clone())
                        .or_default()
                        .remove(name);
                }
                Relation::Tag(key, _) => {
                    self.tags.entry(subject.clone()).or_default().remove(key);
                }
            },
        }
    }

    fn say(&mut self, subject: &Uid, name: String, term: Term) {
        self.attributes
            .entry(subject.clone())
            .or_default()
            .insert(name, term);
    }

    /// The same facts with what the question vouches for, as Cedar takes them.
    pub(crate) fn entities(&mut self, question: &Question, actions: &Entities) -> Entities {
        for (name, term) in &question.resource_attributes {
            self.say(&question.resource, name.clone(), term.clone());
        }
        let known = self
            .groups
            .keys()
            .chain(self.attributes.keys())
            .chain(self.tags.keys());
        let known: std::collections::BTreeSet<&Uid> = known.collect();
        let entities = known.into_iter().map(|uid| {
            let fields = |fields: &BTreeMap<Uid, Fields>| -> serde_json::Map<String, Json> {
                let fields = fields.get(uid).into_iter().flatten();
                fields.map(|(name, term)| (name.clone(), Json::from(term))).collect()
            };
            let groups = self.groups.get(uid).cloned().unwrap_or_default();
            json!({ "uid": uid, "attrs": fields(&self.attributes), "tags": fields(&self.tags), "parents": groups })
        });
        let entities = Entities::from_json_value(entities.collect(), None).unwrap();
        entities
            .add_entities(actions.iter().cloned(), None)
            .unwrap()
    }
}
