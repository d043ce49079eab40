//! The closest missing fact.

use access::SystemRole::{Armer, Disarmer, Viewer};
use access::{Facts, Missing, Operation, Outcome, Path, decide};

use crate::world::{
    ask, closed, customer, dealer, employed, employee, facts, location_id, provider, roles, team,
};

fn missing(operation: Operation, facts: &Facts) -> Option<Missing> {
    match decide(&ask(operation), facts).outcome {
        Outcome::Denied { missing } => missing,
        other => panic!("not denied: {other:?}"),
    }
}

#[test]
fn nothing_is_said_to_somebody_whom_no_ancestor_employs() {
    let mut stranger = employed(1, customer(2));
    stranger.roles = roles([Disarmer]);
    assert_eq!(missing(Operation::Disarm, &facts([stranger])), None);
}

#[test]
fn a_viewer_lacks_the_role_at_the_location_first() {
    let mut viewer = employed(1, customer(1));
    viewer.roles = roles([Viewer]);
    let missing = missing(Operation::Disarm, &facts([viewer])).unwrap();
    assert_eq!((missing.path, missing.role), (Path::Location, Disarmer));
    assert_eq!(missing.at.name, "Harbor Tower");
    assert_eq!(missing.held, roles([Viewer]), "held by any path");
    assert!(!missing.is_only_schedule());
}

#[test]
fn a_dealers_employee_lacks_the_role_at_the_dealer() {
    let missing = missing(Operation::Arm, &facts([employed(1, dealer(1))])).unwrap();
    assert_eq!((missing.path, missing.role), (Path::Dealer, Armer));
}

#[test]
fn a_held_role_off_shift_lacks_the_schedule_only() {
    let mut employment = employed(1, customer(1));
    employment.roles = roles([Disarmer]);
    employment.schedule = Some(closed());
    let missing = missing(Operation::Disarm, &facts([employment])).unwrap();
    assert!(missing.is_only_schedule());
    assert_eq!(
        missing.path,
        Path::Customer,
        "where the role is held, not where it could be"
    );
}

#[test]
fn without_the_role_being_off_shift_is_not_the_reason() {
    let mut employment = employed(1, customer(1));
    employment.roles = roles([Viewer]);
    employment.schedule = Some(closed());
    let missing = missing(Operation::Disarm, &facts([employment])).unwrap();
    assert!(!missing.is_only_schedule());
    assert_eq!(
        missing.outside_schedule,
        Some(closed()),
        "but it is missing too"
    );
}

#[test]
fn fewest_missing_first_across_employers() {
    let mut both_missing = employed(1, customer(1));
    both_missing.roles = roles([Viewer]);
    both_missing.schedule = Some(closed());
    let one_missing = employed(2, provider(1));
    let missing = missing(Operation::Disarm, &facts([both_missing, one_missing])).unwrap();
    assert_eq!(
        (missing.path, missing.employee),
        (Path::Provider, employee(2))
    );
    assert_eq!(
        missing.held,
        roles([]),
        "what another employment holds is not mixed in"
    );
}

#[test]
fn a_missing_role_and_a_missing_shift_weigh_the_same() {
    let mut off_shift = employed(1, dealer(1));
    off_shift.roles = roles([Disarmer]);
    off_shift.schedule = Some(closed());
    let roleless = employed(2, customer(1));
    let missing = missing(Operation::Disarm, &facts([off_shift, roleless])).unwrap();
    assert_eq!(missing.path, Path::Location, "the path breaks the tie");
    assert!(!missing.is_only_schedule());
}

#[test]
fn the_first_employment_breaks_the_last_tie() {
    let missing = missing(
        Operation::Disarm,
        &facts([employed(9, dealer(1)), employed(3, dealer(1))]),
    );
    assert_eq!(missing.unwrap().employee, employee(3));
}

#[test]
fn a_team_counts_when_the_role_is_held_there_and_the_shift_is_over() {
    let mut facts = facts([employed(1, customer(1))]);
    facts.employments[0].schedule = Some(closed());
    let mut team = team(7, customer(1));
    team.members.insert(employee(1));
    team.roles = [(location_id(1), roles([Disarmer]))].into();
    facts.teams = vec![team];
    let missing = missing(Operation::Disarm, &facts).unwrap();
    assert_eq!(
        (missing.path, missing.at.name.as_str()),
        (Path::Team, "Night Watch")
    );
    assert!(missing.is_only_schedule());
}

#[test]
fn to_view_any_role_would_do_and_viewer_is_the_one_to_ask_for() {
    let missing = missing(Operation::View, &facts([employed(1, customer(1))])).unwrap();
    assert_eq!((missing.path, missing.role), (Path::Location, Viewer));
}
