use frontend::model::employer::{Administered, Employer, Kind};
use frontend::model::user::User;

fn advice(kind: Kind, administered: Option<Administered>) -> String {
    let name = "Lantern Alarms".to_owned();
    let employer = Employer {
        kind,
        name,
        administered,
    };
    employer.advice()
}

#[test]
fn whom_somebody_works_for_is_in_their_roles() {
    let user = User {
        user_id: "ada".to_owned(),
        name: "Ada Ruiz".to_owned(),
        roles: vec![
            "REALGUARDIO_ADMINISTRATOR".to_owned(),
            "SECURITY_SYSTEM_DEALER_EMPLOYEE".to_owned(),
        ],
        demo: false,
    };
    let kinds: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| kind.employs(&user))
        .collect();
    assert_eq!(kinds, [Kind::Dealer]);
}

#[test]
fn an_administrator_is_told_that_this_grants_nothing() {
    for kind in Kind::ALL {
        let told = advice(kind, Some(Administered { appointed: true }));
        assert!(
            told.starts_with("You administer Lantern Alarms. That grants nothing"),
            "{told}"
        );
        assert!(told.contains("another administrator"), "{told}");
    }
}

#[test]
fn an_administrator_is_told_how_to_administer_and_nobody_else_is() {
    let employer = |administered| Employer {
        kind: Kind::Dealer,
        name: "Lantern Alarms".to_owned(),
        administered,
    };
    let tasks = employer(Some(Administered { appointed: false })).tasks();
    assert!(tasks.is_some_and(|tasks| tasks.contains("by the API")));
    assert_eq!(employer(None).tasks(), None);
}

#[test]
fn whom_nobody_has_appointed_is_told_who_does_that() {
    let unappointed = Some(Administered { appointed: false });
    let dealer = advice(Kind::Dealer, unappointed);
    assert!(
        dealer.starts_with("No customer has appointed Lantern Alarms"),
        "{dealer}"
    );
    let provider = advice(Kind::Provider, unappointed);
    assert!(
        provider.starts_with("No dealer with a location to serve has appointed"),
        "{provider}"
    );
}

#[test]
fn who_may_lack_an_appointment_or_a_role_is_told_of_both() {
    for kind in [Kind::Dealer, Kind::Provider] {
        let told = advice(kind, None);
        assert!(told.contains("has appointed Lantern Alarms"), "{told}");
        assert!(told.contains("you are ARMER, DISARMER or VIEWER"), "{told}");
        assert!(told.contains("either may be missing"), "{told}");
    }
}

#[test]
fn others_are_told_whom_to_ask() {
    for kind in Kind::ALL {
        let told = advice(kind, None);
        assert!(told.starts_with("You work for Lantern Alarms."), "{told}");
        assert!(
            told.contains("ask one of its administrators")
                || told.contains("Ask one of its administrators"),
            "{told}"
        );
    }
}
