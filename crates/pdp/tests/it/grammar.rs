//! Random policies: mostly sensible, sometimes not, always such that Cedar can parse them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What all of this is about.
pub(crate) const SCHEMA: &str = r"
entity Group in [Group] { lead?: User };
entity User in [Group] { a?: Long, s?: String, boss?: User, teams?: Set<Group>, home?: Folder, ext?: decimal } tags Group;
entity Folder in [Folder] { owner?: User, readers?: Group, r?: { by: User, n: Long } };
entity Doc in [Folder] { a?: Long, s?: String, owner?: User, readers?: Group, teams?: Set<Group>, home?: Folder, r?: { by: User, n: Long }, ext?: decimal } tags Group;
action all;
action reading in [all];
action read, list in [reading] appliesTo { principal: User, resource: [Doc, Folder], context: { a?: Long, s?: String, who?: User } };
action write in [all] appliesTo { principal: User, resource: Doc, context: { a?: Long, s?: String, who?: User } };
";

pub(crate) const ATTRIBUTES: [&str; 10] = [
    "a", "s", "boss", "teams", "home", "owner", "readers", "r", "ext", "lead",
];

type Text = BoxedStrategy<String>;

fn one_of(texts: &'static [&'static str]) -> Text {
    select(texts).prop_map(str::to_owned).boxed()
}

pub(crate) fn entity() -> Text {
    let kinds = select(&["User", "Group", "Doc", "Folder"][..]);
    (kinds, 1..=3_u8)
        .prop_map(|(kind, id)| format!("{kind}::\"{id}\""))
        .boxed()
}

fn attribute() -> impl Strategy<Value = String> {
    select(&ATTRIBUTES[..]).prop_map(str::to_owned)
}

/// An expression of whatever type.
fn any(depth: u32) -> Text {
    prop_oneof![
        thing(depth),
        number(depth),
        text(depth),
        set(depth),
        condition(depth),
        one_of(&[
            "context",
            "decimal(\"1.0\")",
            "decimal(\"1.00\")",
            "ip(\"10.0.0.1\")",
            "{a: 1, who: principal}"
        ]),
    ]
    .boxed()
}

/// Mostly what is meant, sometimes anything.
fn mostly(meant: Text, depth: u32) -> Text {
    prop_oneof![19 => meant, 1 => Just(depth).prop_flat_map(any)].boxed()
}

pub(crate) fn thing(depth: u32) -> Text {
    let leaf = prop_oneof![
        4 => Just("principal".to_owned()),
        4 => Just("resource".to_owned()),
        1 => Just("action".to_owned()),
        1 => Just("context.who".to_owned()),
        2 => entity(),
    ];
    let Some(depth) = depth.checked_sub(1) else {
        return leaf.boxed();
    };
    let path = (
        thing(depth),
        one_of(&["boss", "home", "owner", "readers", "lead", "r.by"]),
    );
    prop_oneof![
        3 => leaf,
        4 => path.prop_map(|(of, name)| format!("({of}).{name}")),
        1 => (thing(depth), text(depth)).prop_map(|(of, key)| format!("({of}).getTag({key})")),
        1 => (condition(depth), thing(depth), thing(depth)).prop_map(|(c, a, b)| format!("(if {c} then {a} else {b})")),
    ]
    .boxed()
}

fn number(depth: u32) -> Text {
    let leaf = one_of(&[
        "0",
        "1",
        "2",
        "(-1)",
        "9223372036854775807",
        "context.a",
        "principal.a",
        "resource.a",
        "resource.r.n",
    ]);
    let Some(depth) = depth.checked_sub(1) else {
        return leaf;
    };
    let operator = one_of(&["+", "-", "*"]);
    let both = (mostly(number(depth), depth), operator, number(depth));
    prop_oneof![3 => leaf, 1 => both.prop_map(|(a, op, b)| format!("({a} {op} {b})")), 1 => number(depth).prop_map(|a| format!("(-({a}))"))]
        .boxed()
}

fn text(depth: u32) -> Text {
    let leaf = one_of(&[
        "\"x\"",
        "\"y\"",
        "\"k1\"",
        "\"k2\"",
        "context.s",
        "principal.s",
        "resource.s",
    ]);
    if depth == 0 {
        leaf
    } else {
        mostly(leaf, depth - 1)
    }
}

fn set(depth: u32) -> Text {
    let leaf = one_of(&["principal.teams", "resource.teams", "[]"]);
    let Some(depth) = depth.checked_sub(1) else {
        return leaf;
    };
    let listed = vec(prop_oneof![4 => thing(depth), 1 => any(depth)], 0..3);
    prop_oneof![2 => leaf, 2 => listed.prop_map(|items| format!("[{}]", items.join(", ")))].boxed()
}

pub(crate) fn condition(depth: u32) -> Text {
    let leaf = one_of(&[
        "true",
        "false",
        "(principal == resource.owner)",
        "(principal in resource.readers)",
        "(principal has boss)",
    ]);
    let Some(depth) = depth.checked_sub(1) else {
        return leaf;
    };
    prop_oneof![
        1 => leaf,
        3 => logical(depth),
        3 => about_things(depth),
        2 => about_sets(depth),
        2 => comparison(depth),
    ]
    .boxed()
}

fn logical(depth: u32) -> Text {
    let both = (
        mostly(condition(depth), depth),
        one_of(&["&&", "||"]),
        condition(depth),
    );
    let choice = (condition(depth), condition(depth), condition(depth));
    prop_oneof![
        3 => both.prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => condition(depth).prop_map(|a| format!("(!({a}))")),
        1 => choice.prop_map(|(c, a, b)| format!("(if {c} then {a} else {b})")),
    ]
    .boxed()
}

fn about_things(depth: u32) -> Text {
    let pair = || (thing(depth), mostly(thing(depth), depth));
    let kind = one_of(&["User", "Group", "Doc", "Folder"]);
    prop_oneof![
        3 => pair().prop_map(|(a, b)| format!("({a} in {b})")),
        1 => (thing(depth), set(depth)).prop_map(|(a, b)| format!("({a} in {b})")),
        2 => pair().prop_map(|(a, b)| format!("({a} == {b})")),
        1 => (thing(depth), kind.clone()).prop_map(|(a, kind)| format!("({a} is {kind})")),
        1 => (thing(depth), kind, thing(depth)).prop_map(|(a, kind, b)| format!("({a} is {kind} in {b})")),
        2 => (thing(depth), attribute()).prop_map(|(a, name)| format!("(({a}) has {name})")),
        1 => (thing(depth), attribute()).prop_map(|(a, name)| format!("(({a}) has {name}.by)")),
        1 => (thing(depth), text(depth)).prop_map(|(a, key)| format!("({a}).hasTag({key})")),
    ]
    .boxed()
}

fn about_sets(depth: u32) -> Text {
    let method = one_of(&["containsAll", "containsAny"]);
    prop_oneof![
        3 => (mostly(set(depth), depth), thing(depth)).prop_map(|(a, b)| format!("({a}).contains({b})")),
        1 => (set(depth), any(depth)).prop_map(|(a, b)| format!("({a}).contains({b})")),
        2 => (set(depth), method, set(depth)).prop_map(|(a, method, b)| format!("({a}).{method}({b})")),
        1 => set(depth).prop_map(|a| format!("({a}).isEmpty()")),
    ]
    .boxed()
}

fn comparison(depth: u32) -> Text {
    let operator = one_of(&["<", "<=", ">", ">=", "==", "!="]);
    let decimal = one_of(&[
        "resource.ext",
        "principal.ext",
        "decimal(\"1.0\")",
        "decimal(\"1.00\")",
    ]);
    prop_oneof![
        2 => (mostly(number(depth), depth), operator, number(depth)).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => (any(depth), one_of(&["==", "!="]), any(depth)).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => (text(depth), one_of(&["x*", "*", "\\*", "k?*1", "", "*y*"])).prop_map(|(a, like)| format!("({a} like \"{like}\")")),
        1 => (decimal.clone(), decimal.clone()).prop_map(|(a, b)| format!("({a} == {b})")),
        1 => (decimal.clone(), decimal).prop_map(|(a, b)| format!("({a}).lessThan({b})")),
    ]
    .boxed()
}

/// The scope of a principal or a resource.
fn scope(var: &'static str) -> Text {
    let kind = one_of(&["User", "Doc", "Folder", "Group"]);
    prop_oneof![
        4 => Just(var.to_owned()),
        2 => entity().prop_map(move |entity| format!("{var} == {entity}")),
        2 => entity().prop_map(move |entity| format!("{var} in {entity}")),
        2 => kind.clone().prop_map(move |kind| format!("{var} is {kind}")),
        1 => (kind, entity()).prop_map(move |(kind, entity)| format!("{var} is {kind} in {entity}")),
    ]
    .boxed()
}

fn action() -> Text {
    one_of(&[
        "action",
        "action",
        "action == Action::\"read\"",
        "action in [Action::\"reading\"]",
        "action in Action::\"all\"",
        "action in [Action::\"write\", Action::\"unheard\"]",
    ])
}

fn policy() -> impl Strategy<Value = String> {
    let effect = prop_oneof![3 => Just("permit"), 1 => Just("forbid")];
    let clause = (
        prop_oneof![3 => Just("when"), 1 => Just("unless")],
        condition(3),
    );
    let clauses = vec(
        clause.prop_map(|(word, condition)| format!("{word} {{ {condition} }}")),
        0..3,
    );
    (
        effect,
        scope("principal"),
        action(),
        scope("resource"),
        clauses,
    )
        .prop_map(|(effect, principal, action, resource, clauses)| {
            format!(
                "{effect} ({principal}, {action}, {resource})\n{};\n",
                clauses.join("\n")
            )
        })
}

/// A file of policies, and one of links to its two templates.
pub(crate) fn policies() -> impl Strategy<Value = (String, String)> {
    let linked = vec((1..=3_u8, 1..=3_u8), 0..4);
    (vec(policy(), 1..6), linked).prop_map(|(policies, linked)| {
        let numbered = policies.iter().enumerate();
        let named = numbered.map(|(number, policy)| format!("@id(\"p{number}\")\n{policy}\n"));
        let mut text = named.collect::<Vec<_>>().concat();
        text.push_str("@id(\"one\")\npermit (principal == ?principal, action, resource in ?resource) unless { principal == resource.owner };\n");
        text.push_str("@id(\"group\")\nforbid (principal in ?principal, action == Action::\"write\", resource) when { resource has a };\n");
        let links = linked.iter().enumerate().map(|(number, (principal, resource))| {
            if number % 2 == 0 {
                format!(r#"{{"id": "one {number}", "template": "one", "principal": "User::\"{principal}\"", "resource": "Folder::\"{resource}\""}}"#)
            } else {
                format!(r#"{{"id": "group {number}", "template": "group", "principal": "Group::\"{principal}\""}}"#)
            }
        });
        let links: Vec<String> = links.collect();
        (text, format!("[{}]", links.join(", ")))
    })
}
