use frontend::model::session::Session;
use frontend::model::trouble::Trouble;
use frontend::model::user::User;

fn user(id: &str) -> User {
    User {
        user_id: id.to_owned(),
        name: "Ada Ruiz".to_owned(),
        roles: Vec::new(),
        demo: true,
    }
}

fn open() -> Session {
    let mut session = Session::default();
    assert!(session.recognized(user("ada")));
    session
}

#[test]
fn only_a_page_that_never_had_anybody_leaves_for_the_sign_in_page_and_once() {
    let mut session = Session::default();
    assert!(session.nobody());
    assert!(!session.nobody(), "it is on its way");
    assert!(!session.is_worth_following());

    let mut session = open();
    assert!(!session.nobody(), "it says so, and stays");
    assert_eq!(session, Session::Over);
    assert!(!session.is_worth_following());
    assert!(!session.nobody());
}

#[test]
fn what_is_over_does_not_come_back_by_itself() {
    let mut session = open();
    session.end();
    assert!(session.recognized(user("ada")), "an answer that was late");
    session.stay();
    session.unrecognized(Trouble::NoAnswer);
    assert_eq!(session, Session::Over);
    assert!(!session.leave());
}

#[test]
fn who_signs_out_is_not_followed_and_not_disturbed() {
    let mut session = open();
    assert!(session.leave());
    assert!(!session.leave(), "once is enough");
    assert!(!session.is_worth_following());
    assert!(!session.nobody(), "the way leads to the provider");
    assert_eq!(session, Session::Leaving(user("ada")));
    session.end();
    assert_eq!(session, Session::Over);
}

#[test]
fn who_could_not_be_signed_out_is_followed_again() {
    let mut session = open();
    assert!(session.leave());
    session.stay();
    assert_eq!(session, open());
    assert!(session.is_worth_following());
}

#[test]
fn not_to_know_who_is_signed_in_is_not_to_know_that_nobody_is() {
    let mut session = Session::default();
    session.unrecognized(Trouble::NoAnswer);
    assert!(session.is_worth_following());
    assert_eq!(session.user(), None);
    assert!(session.recognized(user("ada")));
    session.unrecognized(Trouble::NoAnswer);
    assert_eq!(session, open(), "it is known already");
}

#[test]
fn a_page_made_for_one_person_does_not_serve_another() {
    let mut session = open();
    assert!(session.recognized(user("ada")));
    assert!(!session.recognized(user("dario")));
    assert_eq!(session, open());
}
