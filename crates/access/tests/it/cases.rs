//! One test for each way a role can be held, and for each way it can fail to matter.

use access::SystemRole::{Armer, Disarmer, Viewer};
use access::{Decision, Facts, Grant, Operation, Outcome, Path, decide};

use crate::world::{
    ask, closed, customer, dealer, employed, facts, location_id, provider, roles, sundays, team,
};

fn grants(decision: Decision) -> Vec<Grant> {
    match decision.outcome {
        Outcome::Allowed { grants } => grants,
        other => panic!("not allowed: {other:?}"),
    }
}

fn paths(facts: &Facts) -> Vec<Path> {
    let grants = grants(decide(&ask(Operation::Disarm), facts));
    grants.iter().map(|grant| grant.path).collect()
}

fn may(operation: Operation, facts: &Facts) -> bool {
    decide(&ask(operation), facts).is_allowed()
}

#[test]
fn a_role_at_each_kind_of_ancestor_grants() {
    for (organization, path) in [
        (customer(1), Path::Customer),
        (dealer(1), Path::Dealer),
        (provider(1), Path::Provider),
    ] {
        let mut employment = employed(1, organization);
        employment.roles = roles([Disarmer]);
        assert_eq!(paths(&facts([employment])), [path]);
    }
}

#[test]
fn a_role_at_the_location_grants_to_the_customers_employee_only() {
    let mut employment = employed(1, customer(1));
    employment.location_roles = [(location_id(1), roles([Disarmer]))].into();
    assert_eq!(paths(&facts([employment.clone()])), [Path::Location]);

    employment.organization = dealer(1);
    assert!(!may(Operation::Disarm, &facts([employment])));
}

#[test]
fn a_teams_role_at_the_location_grants_to_its_members() {
    for organization in [customer(1), dealer(1), provider(1)] {
        let mut facts = facts([employed(1, organization)]);
        let mut team = team(7, organization);
        team.roles = [(location_id(1), roles([Disarmer]))].into();
        facts.teams = vec![team];
        assert!(!may(Operation::Disarm, &facts), "not a member yet");

        facts.teams[0].members.insert(facts.employments[0].id);
        assert_eq!(paths(&facts), [Path::Team]);
    }
}

#[test]
fn a_team_lapses_where_its_organization_is_no_ancestor() {
    let mut facts = facts([employed(1, dealer(2))]);
    let mut team = team(7, dealer(2));
    team.roles = [(location_id(1), roles([Disarmer]))].into();
    team.members.insert(facts.employments[0].id);
    facts.teams = vec![team];
    assert!(!may(Operation::View, &facts));
}

#[test]
fn a_team_of_one_ancestor_grants_nothing_through_an_employment_by_another() {
    let mut facts = facts([employed(1, customer(1))]);
    let mut team = team(7, dealer(1));
    team.roles = [(location_id(1), roles([Disarmer]))].into();
    team.members.insert(facts.employments[0].id);
    facts.teams = vec![team];
    assert!(!may(Operation::View, &facts));
}

#[test]
fn all_grants_are_named_in_the_order_of_their_paths() {
    let mut at_customer = employed(2, customer(1));
    at_customer.roles = roles([Disarmer]);
    at_customer.location_roles = [(location_id(1), roles([Disarmer]))].into();
    let mut at_dealer = employed(1, dealer(1));
    at_dealer.roles = roles([Disarmer]);
    assert_eq!(
        paths(&facts([at_dealer, at_customer])),
        [Path::Location, Path::Customer, Path::Dealer]
    );
}

#[test]
fn no_role_implies_another() {
    for (role, operations) in [
        (Viewer, vec![Operation::View]),
        (Armer, vec![Operation::View, Operation::Arm]),
        (
            Disarmer,
            vec![Operation::View, Operation::Disarm, Operation::Acknowledge],
        ),
    ] {
        let mut employment = employed(1, customer(1));
        employment.roles = roles([role]);
        let facts = facts([employment]);
        for operation in Operation::ALL {
            assert_eq!(
                may(operation, &facts),
                operations.contains(&operation),
                "{role} {operation:?}"
            );
        }
    }
}

#[test]
fn a_branch_without_an_appointment_is_empty() {
    let mut employment = employed(1, dealer(1));
    employment.roles = roles([Disarmer]);
    let mut facts = facts([employment]);
    facts.location.as_mut().unwrap().dealer = None;
    assert!(!may(Operation::View, &facts));
}

#[test]
fn a_dismissed_dealer_takes_its_provider_along() {
    let mut employment = employed(1, provider(1));
    employment.roles = roles([Disarmer]);
    let mut facts = facts([employment]);
    facts.location.as_mut().unwrap().dealer = None;
    assert!(!may(Operation::View, &facts));
}

#[test]
fn without_an_active_location_nothing_may_be_done() {
    let mut employment = employed(1, customer(1));
    employment.roles = roles([Armer, Disarmer, Viewer]);
    let mut facts = facts([employment]);
    facts.location = None;
    for operation in Operation::ALL {
        assert!(!may(operation, &facts));
    }
}

#[test]
fn facts_about_another_location_or_another_user_answer_nothing() {
    let mut employment = employed(1, customer(1));
    employment.roles = roles([Disarmer]);
    let facts = facts([employment]);
    let mut elsewhere = ask(Operation::Disarm);
    elsewhere.location = location_id(2);
    assert!(!decide(&elsewhere, &facts).is_allowed());
    let mut somebody_else = ask(Operation::Disarm);
    somebody_else.user = crate::world::user(2);
    assert!(!decide(&somebody_else, &facts).is_allowed());
}

#[test]
fn off_shift_one_sees_and_does_nothing() {
    let mut employment = employed(1, customer(1));
    employment.roles = roles([Armer, Disarmer]);
    employment.schedule = Some(closed());
    let facts = facts([employment]);
    for operation in Operation::ALL {
        assert_eq!(may(operation, &facts), operation == Operation::View);
    }
}

#[test]
fn an_employer_restricts_what_it_grants_never_what_another_grants() {
    let mut restricted = employed(1, customer(1));
    restricted.roles = roles([Disarmer]);
    restricted.schedule = Some(closed());
    let mut free = employed(2, dealer(1));
    free.roles = roles([Disarmer]);
    assert_eq!(paths(&facts([restricted, free])), [Path::Dealer]);
}

#[test]
fn a_grant_names_the_schedule_it_counts_under() {
    let mut employment = employed(1, customer(1));
    employment.roles = roles([Disarmer]);
    employment.schedule = Some(sundays());
    let grants = grants(decide(&ask(Operation::Disarm), &facts([employment])));
    assert_eq!(grants[0].schedule, Some(sundays()));
    assert_eq!(grants[0].at.name, "An employer");
}
