//! Policies that nobody writes but to harm: what they may cost is bounded before they are parsed.

use pdp::{Engine, Faults, Policies, Question, Source, Uid};

use crate::library::{source, sources};

/// How deep policies may nest.
const DEEPEST: usize = 48;

fn with(condition: &str) -> Vec<Source> {
    let text = format!("@id(\"x\") forbid (principal, action, resource) when {{ {condition} }};");
    let mut sources = sources();
    sources.push(source("more.cedar", &text));
    sources
}

#[track_caller]
fn refused(policies: Result<Policies, Faults>, why: &str) {
    let faults = policies.unwrap_err().0;
    let fault = faults.first().unwrap();
    assert!(fault.message.contains(why), "{fault}");
    assert_eq!(fault.file, "more.cedar");
}

fn nested(times: usize, open: &str, close: &str) -> String {
    format!("{}false{}", open.repeat(times), close.repeat(times))
}

/// Ways to nest, of which each adds a step or two.
const WAYS: [(&str, &str); 5] = [
    ("(", ")"),
    ("true && (", ")"),
    ("", " || false"),
    ("if true then (", ") else false"),
    ("[", "] == []"),
];

#[test]
fn what_nests_too_deep_is_refused_before_it_is_parsed() {
    for (open, close) in WAYS {
        for times in [DEEPEST + 1, 100_000] {
            let condition = nested(times, open, close);
            refused(Policies::new(&with(&condition)), "too deep");
            refused(Policies::unvalidated(&with(&condition)), "too deep");
        }
    }
    let text = format!("entity User = {{ a: {} }};", nested(100_000, "Set<", ">"));
    let mut deep = sources();
    deep.push(source("more.cedarschema", &text));
    let faults = Policies::new(&deep).unwrap_err();
    assert!(faults.to_string().contains("too deep"), "{faults}");
}

/// With room to spare where they are read, and on an ordinary thread where they are asked.
#[test]
fn what_nests_as_deep_as_it_may_is_read_and_answered() {
    for (open, close) in WAYS {
        let reads = |times: usize| Policies::unvalidated(&with(&nested(times, open, close)));
        let deepest = (1..DEEPEST)
            .rev()
            .find(|times| reads(*times).is_ok())
            .unwrap();
        assert!(deepest >= DEEPEST / 6, "{open}…{close}: {deepest}");
        let policies = reads(deepest).unwrap();
        let ask = move || {
            let engine = Engine::new(&policies).unwrap();
            let [user, action, document] =
                ["User", "Action", "Document"].map(|kind| Uid::new(kind, "x"));
            let _ = engine.view().ask(&Question::new(user, action, document));
        };
        // As large as that of whoever answers requests.
        let asker = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
        asker.spawn(ask).unwrap().join().unwrap();
    }
}

/// `x is T in y` is `x is T && x in y`, and so on for each `x` that is another.
#[test]
fn what_doubles_with_every_step_is_refused_before_it_is_checked() {
    for (open, close) in [
        (
            "(if (",
            ") is User in User::\"x\" then principal else principal)",
        ),
        ("(if (", ") has a.b then principal else principal)"),
    ] {
        let condition = format!(
            "{}principal{} == principal",
            open.repeat(20),
            close.repeat(20)
        );
        refused(Policies::new(&with(&condition)), "within each other");
    }
    // One after the other they are nothing of the kind.
    let many = vec!["principal is User in User::\"x\" || (principal has a.b)"; 20];
    let many: Vec<_> = many
        .chunks(5)
        .map(|some| format!("({})", some.join(" && ")))
        .collect();
    Policies::unvalidated(&with(&many.join(" || "))).unwrap();
}

#[test]
fn what_only_looks_deep_is_not() {
    let condition = format!(
        "\"{}\" == \"\\\"((((\" // {}\n",
        "(".repeat(1000),
        "(".repeat(1000)
    );
    Policies::unvalidated(&with(&condition)).unwrap();
    let long = vec!["\"x\""; 10_000].join(", ");
    Policies::unvalidated(&with(&format!("[{long}].contains(\"x\")"))).unwrap();
}
