//! The laws, for all worlds.

use std::collections::{BTreeMap, BTreeSet};

use access::{
    Decision, Employment, Facts, Grant, Location, LocationId, Operation, Organization, Outcome,
    Path, Question, Reach, Schedule, SystemRole, Team, decide,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::world::{
    closed, customer, dealer, employed, employee, instant, location_id, provider, sundays, team,
    user,
};

fn roles() -> impl Strategy<Value = BTreeSet<SystemRole>> {
    btree_set(select(&SystemRole::ALL), 0..=2)
}

fn roles_by_location() -> impl Strategy<Value = BTreeMap<LocationId, BTreeSet<SystemRole>>> {
    btree_map((1..=2_u128).prop_map(location_id), roles(), 0..=2)
}

fn organization() -> impl Strategy<Value = Organization> {
    prop_oneof![
        3 => (1..=2_u128).prop_map(customer),
        1 => (1..=2_u128).prop_map(dealer),
        1 => (1..=2_u128).prop_map(provider),
    ]
}

fn restriction() -> impl Strategy<Value = Schedule> {
    prop_oneof![Just(closed()), Just(sundays())]
}

fn employment() -> impl Strategy<Value = Employment> {
    let schedule = option::weighted(0.4, restriction());
    (
        1..=2_u128,
        organization(),
        roles(),
        roles_by_location(),
        schedule,
    )
        .prop_map(
            |(who, organization, roles, location_roles, schedule)| Employment {
                user: user(who),
                roles,
                location_roles,
                schedule,
                ..employed(0, organization)
            },
        )
}

fn a_team() -> impl Strategy<Value = Team> {
    let members = btree_set((1..=4_u128).prop_map(employee), 0..=3);
    (organization(), members, roles_by_location()).prop_map(|(organization, members, roles)| Team {
        members,
        roles,
        ..team(0, organization)
    })
}

fn location() -> impl Strategy<Value = Location> {
    let appointed = || option::weighted(0.8, 1..=2_u128);
    (1..=2_u128, 1..=2_u128, appointed(), appointed()).prop_map(|(id, owner, dealer, provider)| {
        let id_of = uuid::Uuid::from_u128;
        Location {
            id: location_id(id),
            name: "A location".to_owned(),
            customer: id_of(owner).into(),
            customer_name: "A customer".to_owned(),
            dealer: dealer.map(|n| id_of(n).into()),
            provider: provider.map(|n| id_of(n).into()),
        }
    })
}

/// A world of a few employments and teams, numbered from 1.
fn world() -> impl Strategy<Value = Facts> {
    (
        option::weighted(0.95, location()),
        vec(employment(), 1..=4),
        vec(a_team(), 0..=2),
    )
        .prop_map(|(location, mut employments, mut teams)| {
            (1..)
                .zip(&mut employments)
                .for_each(|(n, employment)| employment.id = employee(n));
            (1..)
                .zip(&mut teams)
                .for_each(|(n, team)| team.id = crate::world::team_id(n));
            Facts {
                location,
                employments,
                teams,
            }
        })
}

/// On a Sunday or on a Monday.
fn question() -> impl Strategy<Value = Question> {
    let at = select(vec!["2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z"]).prop_map(instant);
    (1..=2_u128, select(&Operation::ALL), 1..=2_u128, at).prop_map(|(who, operation, place, at)| {
        Question {
            user: user(who),
            operation,
            location: location_id(place),
            at,
        }
    })
}

fn grants(decision: &Decision) -> Vec<Grant> {
    match &decision.outcome {
        Outcome::Allowed { grants } => grants.clone(),
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_a_role_a_membership_or_an_employment_never_removes_a_permission(
        mut facts in world(), question in question(), which in any::<Index>(), more in employment(),
        added in roles(),
    ) {
        let before = grants(&decide(&question, &facts));
        let employment = which.get(&facts.employments).id;
        for team in &mut facts.teams {
            team.members.insert(employment);
            team.roles.entry(question.location).or_default().extend(&added);
        }
        let index = which.index(facts.employments.len());
        facts.employments[index].roles.extend(&added);
        facts.employments[index].location_roles.entry(question.location).or_default().extend(added);
        facts.employments.push(Employment { id: employee(9), ..more });
        let after = grants(&decide(&question, &facts));
        prop_assert!(before.iter().all(|grant| after.contains(grant)));
    }

    #[test]
    fn adding_a_restriction_never_adds_a_permission(
        mut facts in world(), question in question(), which in any::<Index>(), schedule in restriction(),
    ) {
        let before = decide(&question, &facts);
        let index = which.index(facts.employments.len());
        let employment = &mut facts.employments[index];
        // From no restriction to some, or from some to the strictest.
        employment.schedule = Some(employment.schedule.take().map_or(schedule, |_| closed()));
        let after = decide(&question, &facts);
        prop_assert!(before.is_allowed() || !after.is_allowed());
    }

    #[test]
    fn what_lies_outside_the_ancestors_never_matters(facts in world(), question in question()) {
        let before = decide(&question, &facts);
        let ancestors: Vec<_> = facts.location.iter().flat_map(Location::ancestors).collect();
        let mut only = facts.clone();
        only.employments.retain(|employment| ancestors.contains(&employment.organization));
        only.teams.retain(|team| ancestors.contains(&team.organization));
        prop_assert_eq!(decide(&question, &only), before);
    }

    #[test]
    fn a_role_at_another_location_never_matters(facts in world(), question in question()) {
        let before = decide(&question, &facts);
        let mut only = facts.clone();
        only.teams.iter_mut().for_each(|team| team.roles.retain(|at, _| *at == question.location));
        for employment in &mut only.employments {
            employment.location_roles.retain(|at, _| *at == question.location);
        }
        prop_assert_eq!(decide(&question, &only), before);
    }

    #[test]
    fn ending_an_employment_removes_exactly_what_came_through_it(
        facts in world(), question in question(), which in any::<Index>(),
    ) {
        let ended = which.get(&facts.employments).id;
        let mut left = grants(&decide(&question, &facts));
        left.retain(|grant| grant.employee != ended);
        let mut without = facts.clone();
        without.employments.retain(|employment| employment.id != ended);
        prop_assert_eq!(grants(&decide(&question, &without)), left);
    }

    #[test]
    fn a_role_at_the_customer_without_a_schedule_is_enough(
        mut facts in world(), question in question(), place in location(),
    ) {
        let place = Location { id: question.location, ..place };
        facts.employments.push(Employment {
            user: question.user,
            roles: question.operation.roles().iter().copied().collect(),
            ..employed(9, Organization::Customer(place.customer))
        });
        facts.location = Some(place);
        prop_assert!(decide(&question, &facts).is_allowed());
    }

    #[test]
    fn supplying_the_closest_missing_fact_suffices(mut facts in world(), question in question()) {
        if let Outcome::Denied { missing: Some(missing) } = decide(&question, &facts).outcome {
            let found = facts.employments.iter_mut().find(|held| held.id == missing.employee);
            let employment = found.unwrap();
            prop_assert_eq!(employment.user, question.user);
            let teams = facts.teams.iter_mut().filter(|team| team.id.as_uuid() == missing.at.id);
            match missing.path {
                Path::Location => employment.location_roles.entry(question.location).or_default(),
                Path::Team => teams.last().unwrap().roles.entry(question.location).or_default(),
                _ => &mut employment.roles,
            }
            .insert(missing.role);
            if missing.outside_schedule.is_some() {
                employment.schedule = None;
            }
            prop_assert!(decide(&question, &facts).is_allowed());
        }
    }

    #[test]
    fn only_the_schedule_is_missing_exactly_where_the_answer_would_be_yes_without_it(
        mut facts in world(), question in question(),
    ) {
        if let Outcome::Denied { missing: Some(missing) } = decide(&question, &facts).outcome {
            let chosen = |employment: &&mut Employment| employment.id == missing.employee;
            facts.employments.iter_mut().find(chosen).unwrap().schedule = None;
            prop_assert_eq!(decide(&question, &facts).is_allowed(), missing.is_only_schedule());
        }
    }

    #[test]
    fn the_order_of_facts_never_matters(facts in world(), question in question()) {
        let mut reversed = facts.clone();
        reversed.employments.reverse();
        reversed.teams.reverse();
        prop_assert_eq!(decide(&question, &reversed), decide(&question, &facts));
    }

    #[test]
    fn what_one_may_view_is_what_is_within_reach(facts in world(), question in question()) {
        let question = Question { operation: Operation::View, ..question };
        let here = facts.location.as_ref().filter(|location| location.id == question.location);
        let reach = Reach::of(question.user, &facts);
        prop_assert_eq!(
            here.is_some_and(|location| reach.covers(location)),
            decide(&question, &facts).is_allowed()
        );
    }

    #[test]
    fn whoever_may_act_may_view(facts in world(), question in question()) {
        let view = Question { operation: Operation::View, ..question };
        prop_assert!(!decide(&question, &facts).is_allowed() || decide(&view, &facts).is_allowed());
    }

    #[test]
    fn facts_survive_the_wire(facts in world()) {
        let wire = serde_json::to_string(&facts).unwrap();
        prop_assert_eq!(serde_json::from_str::<Facts>(&wire).unwrap(), facts);
    }
}
