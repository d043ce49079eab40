//! The rule of `RealGuardIO` as policies, compared with the law.

mod world;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use access::{
    Decision, Facts, Location, Operation, Organization, Outcome, Question, SystemRole, decide,
};
use authz_service::domain::{Directory, Key, Kind, Owner, State};
use pdp::{Change, Cursors, Engine, Policies, Reason, Relation, Search, Uid, Wanted};
use proptest::prelude::*;
use uuid::Uuid;

use self::world::{question, world};

static POLICIES: LazyLock<Policies> =
    LazyLock::new(|| authz_service::store::policies(None::<&Path>).unwrap());

/// The system that is asked about.
const ALARM: Uuid = Uuid::from_u128(7);

fn engine(question: &Question, facts: &Facts) -> Engine {
    let engine = Engine::new(&POLICIES).unwrap();
    let mut directory = Directory::default();
    engine.write(directory.turn(question.at)).unwrap();
    for (key, state) in told(question, facts) {
        engine.write(directory.put(key, Some(state))).unwrap();
    }
    engine
}

/// The facts of the law, as their owners tell them.
fn told(question: &Question, facts: &Facts) -> Vec<(Key, State)> {
    let system = State::System {
        id: ALARM,
        location: question.location,
    };
    let mut told = vec![(Key::new(Owner::Systems, Kind::System, ALARM), system)];
    if let Some(location) = &facts.location {
        // Whom a dealer appointed, the dealer says.
        told.extend(location.dealer.map(|dealer| {
            let is = Organization::Dealer(dealer);
            let dealer = State::Organization {
                is,
                name: "A dealer".to_owned(),
                provider: location.provider,
            };
            (Key::organization(is), dealer)
        }));
        let location = Location {
            provider: None,
            ..location.clone()
        };
        told.push((
            Key::new(Owner::Customers, Kind::Location, location.id),
            State::Location(location),
        ));
    }
    let employments = facts.employments.iter().cloned();
    told.extend(employments.map(|employment| {
        let owner = Owner::of(employment.organization);
        let key = Key::new(owner, Kind::Employment, employment.id);
        (key, State::Employment(employment))
    }));
    let teams = facts.teams.iter().cloned();
    told.extend(teams.map(|team| {
        let owner = Owner::of(team.organization);
        (Key::new(owner, Kind::Team, team.id), State::Team(team))
    }));
    told
}

/// All pages, one after the other.
fn all(engine: &Engine, mut search: Search) -> Vec<Uid> {
    let cursors = Cursors::new([7; 32]);
    let mut found = Vec::new();
    loop {
        let page = engine.view().search(&search, &cursors).unwrap();
        found.extend(page.found);
        match page.next {
            Some(next) => search.cursor = Some(next),
            None => return found,
        }
    }
}

fn asked(question: &Question) -> pdp::Question {
    let user = Uid::new("User", question.user.to_string());
    let action = Uid::new("Action", question.operation.as_str());
    pdp::Question::new(user, action, system())
}

fn system() -> Uid {
    Uid::new("System", ALARM.to_string())
}

/// Where a role is held, by which employment, and the role: all that the path of facts says of a grant.
type Held = (String, String, SystemRole);

fn granted(decision: &Decision) -> BTreeSet<Held> {
    let Outcome::Allowed { grants } = &decision.outcome else {
        return BTreeSet::new();
    };
    grants
        .iter()
        .map(|grant| {
            (
                grant.at.id.to_string(),
                grant.employee.to_string(),
                grant.role,
            )
        })
        .collect()
}

/// The same, read off the facts: `Employment in Holders`, or `Employment in Team` and `Team in Holders`.
fn read_off(reason: &Reason) -> Held {
    let groups = reason.facts.iter().filter_map(|fact| match &fact.relation {
        Relation::In(group) => Some((&fact.subject, group)),
        _ => None,
    });
    let groups: Vec<_> = groups.collect();
    let of = |kind: &str| {
        groups
            .iter()
            .find(|(member, group)| member.kind == kind && group.kind == "Holders")
    };
    let (_, employment) = groups
        .iter()
        .find(|(_, group)| group.kind == "Employment")
        .unwrap();
    let (member, holders) = of("Team").or_else(|| of("Employment")).unwrap();
    let (place, role) = holders.id.split_once('/').unwrap();
    let at = match (member.kind.as_str(), place.split_once('@')) {
        ("Team", _) => member.id.split_once('/').unwrap().1,
        (_, Some((location, _))) => location,
        (_, None) => place.split_once('-').unwrap().1,
    };
    let (_, employment) = employment.id.split_once('/').unwrap();
    let role = SystemRole::from_name(role).unwrap();
    (at.to_owned(), employment.to_owned(), role)
}

#[test]
fn the_policies_pass_their_own_cases() {
    assert!(POLICIES.cases().len() >= 10);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// The same outcome, and the facts that are told are the grants of the law, all of them and no others.
    #[test]
    fn the_policies_say_what_the_law_says((facts, question) in (world(), question())) {
        let decision = decide(&question, &facts);
        let engine = engine(&question, &facts);
        let explained = engine.view().explain(&asked(&question)).unwrap();
        prop_assert!(explained.answer.errors.is_empty());
        prop_assert_eq!(explained.answer.allowed, decision.is_allowed());
        if decision.is_allowed() {
            let read: BTreeSet<Held> = explained.reasons.iter().map(read_off).collect();
            prop_assert_eq!(read, granted(&decision));
        }
    }

    /// Whoever has a denial and adds what is missing is let in.
    #[test]
    fn what_is_said_to_be_missing_is_enough((facts, question) in (world(), question())) {
        let engine = engine(&question, &facts);
        let question = asked(&question);
        let explained = engine.view().explain(&question).unwrap();
        if let Some(reason) = explained.reasons.iter().find(|reason| !reason.missing.is_empty()) {
            prop_assert!(!explained.answer.allowed);
            engine.write(reason.missing.iter().cloned().map(Change::Add)).unwrap();
            prop_assert!(engine.view().ask(&question).unwrap().allowed);
        }
    }

    /// The condition for a list names exactly the locations whose systems may be viewed.
    #[test]
    fn the_condition_is_the_locations((facts, question) in (world(), question())) {
        let question = Question { operation: Operation::View, ..question };
        let engine = engine(&question, &facts);
        let search = Search {
            wanted: Wanted::Values { kind: "System".to_owned(), attribute: "location".to_owned() },
            known: asked(&question).principal,
            action: Uid::new("Action", "view"),
            context: pdp::Fields::new(),
            vouched: pdp::Fields::new(),
            limit: 1,
            tries: 10,
            cursor: None,
        };
        let found = all(&engine, search);
        let visible = facts.location.iter().filter(|location| {
            decide(&Question { location: location.id, ..question }, &facts).is_allowed()
        });
        let visible: Vec<Uid> = visible.map(|location| Uid::new("Location", location.id.to_string())).collect();
        prop_assert_eq!(found, visible);
    }
}
