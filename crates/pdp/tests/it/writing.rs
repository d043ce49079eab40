//! Changing facts and policies while others read, and finding them again after a restart.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use pdp::{Change, Engine, Fact, Policies, Refused, Term, Uid, Unsound};

use crate::library::{library, may, sources};

fn member(user: &str, group: &str) -> Fact {
    Fact::member(Uid::new("User", user), Uid::new("Group", group))
}

fn facts(engine: &Engine) -> Vec<Fact> {
    let mut facts: Vec<Fact> = engine.view().facts().collect();
    facts.sort();
    facts
}

#[test]
fn changes_are_made_all_or_none() {
    let engine = library();
    let before = (facts(&engine), engine.view().revision());
    let circle = Fact::member(Uid::new("Group", "everybody"), Uid::new("Group", "clerks"));
    let misfit = Fact::attribute(Uid::new("User", "ann"), "name", Term::Long(1));
    let action = Fact::member(Uid::new("Action", "read"), Uid::new("Action", "all"));
    let refused = |fact: Fact| {
        engine
            .write([Change::Add(member("ann", "clerks")), Change::Add(fact)])
            .unwrap_err()
    };
    assert!(matches!(refused(circle), Refused::Circle(_)));
    assert!(matches!(refused(misfit), Refused::Misfit(_)));
    assert!(matches!(refused(action), Refused::Action(_)));
    assert_eq!((facts(&engine), engine.view().revision()), before);
}

#[test]
fn a_view_stays_as_it_is() {
    let engine = library();
    let view = engine.view();
    let revision = engine.write([
        Change::Forget(Uid::new("Document", "diary")),
        Change::Drop(member("ben", "clerks")),
    ]);
    assert_eq!(revision.unwrap(), view.revision() + 1);
    assert!(view.ask(&may("ann", "write", "diary")).unwrap().allowed);
    assert!(view.ask(&may("ben", "read", "map")).unwrap().allowed);
    let now = engine.view();
    assert!(!now.ask(&may("ann", "write", "diary")).unwrap().allowed);
    assert!(!now.ask(&may("ben", "read", "map")).unwrap().allowed);
}

/// One document changes hands a thousand times. Whoever looks meanwhile sees exactly one owner.
#[test]
fn whoever_reads_sees_one_moment() {
    let engine = library();
    let done = AtomicBool::new(false);
    let owner = |user: &str| {
        Fact::attribute(
            Uid::new("Document", "diary"),
            "owner",
            Term::Entity(Uid::new("User", user)),
        )
    };
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = 0;
            while !done.load(Ordering::Relaxed) || seen == 0 {
                let view = engine.view();
                let owners =
                    ["ann", "ben"].map(|user| view.ask(&may(user, "write", "diary")).unwrap());
                assert!(owners[0].allowed != owners[1].allowed);
                assert_eq!(owners[0].revision, owners[1].revision);
                seen += 1;
            }
        });
        for turn in 0..1000 {
            let (from, to) = if turn % 2 == 0 {
                ("ann", "ben")
            } else {
                ("ben", "ann")
            };
            engine
                .write([Change::Drop(owner(from)), Change::Add(owner(to))])
                .unwrap();
        }
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
}

#[test]
fn policies_change_at_once_and_only_if_the_facts_fit() {
    let engine = library();
    let mut other = sources();
    other[1].text = other[1].text.replace("owners", "proprietors");
    let policies = Policies::new(&other).unwrap();
    let asked =
        |view: &pdp::View| view.ask(&may("ann", "write", "diary")).unwrap().policies[0].to_string();
    let view = engine.view();
    assert_eq!(
        asked(&view.under(&policies).unwrap()),
        "proprietors",
        "what it would be"
    );
    assert_eq!(asked(&engine.view()), "owners");

    engine.renew(&policies, []).unwrap();
    assert_eq!(asked(&view), "owners", "a view stays as it is");
    let answer = engine.view().ask(&may("ann", "write", "diary")).unwrap();
    assert_eq!(
        (&*answer.policies[0], &*answer.version),
        ("proprietors", engine.view().version())
    );

    other[0].text = other[0].text.replace("name?: String", "name?: Long");
    let refused = engine.renew(&Policies::new(&other).unwrap(), []);
    assert!(matches!(refused, Err(Refused::Misfit(_))));
    assert_eq!(engine.view().version(), &*answer.version);
}

#[test]
fn what_was_saved_is_what_is_restored() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("facts");
    let engine = library();
    engine
        .write([Change::Add(Fact::tag(
            Uid::new("Group", "x"),
            "k",
            Term::Bool(true),
        ))])
        .unwrap_err();
    engine.save(&path, "events up to 1:42").unwrap();

    let other = Engine::new(&Policies::new(&sources()).unwrap()).unwrap();
    assert_eq!(other.restore(&path).unwrap(), "events up to 1:42");
    assert_eq!(facts(&other), facts(&engine));
    assert!(other.view().revision() > engine.view().revision());
    assert!(
        other
            .view()
            .ask(&may("ben", "read", "map"))
            .unwrap()
            .allowed
    );
}

#[test]
fn a_snapshot_is_verified_before_it_is_used() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("facts");
    let engine = library();
    engine.save(&path, "").unwrap();
    let before = facts(&engine);
    let sound = fs::read(&path).unwrap();
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        engine.restore(&path).unwrap_err()
    };
    let mut damaged = sound.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    assert!(matches!(refused(&damaged), Unsound::Damaged));
    assert!(matches!(
        refused(&sound[..sound.len() - 1]),
        Unsound::Damaged
    ));
    assert!(matches!(refused(&sound[..20]), Unsound::Damaged));
    assert!(matches!(refused(b"something else"), Unsound::Foreign));
    assert_eq!(facts(&engine), before);

    fs::write(&path, &sound).unwrap();
    let mut other = sources();
    other[0].text = other[0].text.replace("name?: String", "name?: Long");
    let strict = Engine::new(&Policies::new(&other).unwrap()).unwrap();
    assert!(matches!(strict.restore(&path), Err(Unsound::Misfit(_))));
    assert!(strict.view().is_empty());
}

/// Ann's name is a text. Told anew it would be an address, and equal to no text: so it is told anew, or not at all.
#[test]
fn what_was_told_under_another_schema_is_no_fact_of_this_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("facts");
    let engine = library();
    engine.save(&path, "").unwrap();
    let mut other = sources();
    other[0].text = other[0].text.replace("name?: String", "name?: ipaddr");
    let other = Policies::new(&other).unwrap();
    let strict = Engine::new(&other).unwrap();
    assert!(matches!(strict.restore(&path), Err(Unsound::Misfit(_))));
    assert!(strict.view().is_empty());
    assert!(matches!(engine.renew(&other, []), Err(Refused::Misfit(_))));
    let ann = Uid::new("User", "ann");
    let name = |text: &str| {
        Change::Add(Fact::attribute(
            ann.clone(),
            "name",
            Term::Text(text.to_owned()),
        ))
    };
    engine.write([Change::Forget(ann.clone())]).unwrap();
    engine.renew(&other, [name("10.0.0.1")]).unwrap();
}

#[test]
fn a_snapshot_is_known_by_how_it_begins() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("facts");
    library().save(&path, "").unwrap();
    assert!(Engine::is_snapshot(&path).unwrap());
    for (bytes, is_one) in [
        (&b"pdp facts 2\n"[..], true),
        (&b"[]"[..], false),
        (&b""[..], false),
        (&b"pdp facto 1\n"[..], false),
    ] {
        fs::write(&path, bytes).unwrap();
        assert_eq!(Engine::is_snapshot(&path).unwrap(), is_one);
    }
    fs::remove_file(&path).unwrap();
    assert!(Engine::is_snapshot(&path).is_err());
}

/// A thousand people at a time come and go.
#[test]
fn what_nobody_mentions_any_more_is_forgotten() {
    let engine = library();
    let (before, view) = (facts(&engine), engine.view());
    let mut most = 0;
    for round in 0..50 {
        let comers: Vec<Fact> = (0..1000)
            .map(|number| member(&format!("{round}/{number}"), "clerks"))
            .collect();
        engine
            .write(comers.iter().cloned().map(Change::Add))
            .unwrap();
        engine.write(comers.into_iter().map(Change::Drop)).unwrap();
        most = most.max(engine.view().names());
    }
    assert!(most < 20_000, "{most} names");
    assert_eq!(facts(&engine), before);
    assert_eq!(engine.view().revision(), view.revision() + 100);
    let question = may("ben", "read", "map");
    let allowed = engine.view().ask(&question).unwrap();
    assert_eq!(allowed.policies, view.ask(&question).unwrap().policies);
}

#[test]
fn policies_and_facts_are_exchanged_as_one() {
    let engine = library();
    let mut others = sources();
    others[1].text =
        "@id(\"clerks\") permit (principal in Group::\"clerks\", action, resource);".to_owned();
    let others = Policies::new(&others).unwrap();
    let (version, question) = (
        engine.view().version().to_owned(),
        may("ann", "write", "map"),
    );
    let misfit = Fact::attribute(Uid::new("User", "ann"), "name", Term::Long(1));
    engine.renew(&others, [Change::Add(misfit)]).unwrap_err();
    assert_eq!(engine.view().version(), version);
    engine
        .renew(&others, [Change::Add(member("ann", "clerks"))])
        .unwrap();
    let answer = engine.view().ask(&question).unwrap();
    assert_eq!((answer.allowed, &*answer.policies[0]), (true, "clerks"));
}
