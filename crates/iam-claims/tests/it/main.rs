//! Every version of the claim can be read, what restricts must be said, and what is not understood is nothing.

use access::{Employment, Facts, Location, Organization, SystemRole, Team};
use iam_claims::{At, Claims, Reached, Untold};
use testkit::golden::{golden, knows_every_role};
use uuid::Uuid;

const CLAIMS: &str = include_str!("../../golden/claims.v1.json");
const OVERFLOW: &str = include_str!("../../golden/overflow.v1.json");
const UNAVAILABLE: &str = include_str!("../../golden/unavailable.v1.json");

#[test]
fn claims() {
    let claims: Claims = golden(CLAIMS);
    let held = claims.employments().unwrap();
    assert!(held[0].schedule.is_some() && held[1].schedule.is_none());
    assert_eq!(claims.reach().unwrap()[0].locations.len(), 2);
    assert_eq!(
        claims.facts_at().to_string(),
        r#"customer-service="1:123", dealer-service="2:45""#
    );
    assert_eq!(claims.age_ms(), 12);
    knows_every_role::<Claims>(CLAIMS);
}

#[test]
fn what_is_left_out_is_not_there() {
    let overflow: Claims = golden(OVERFLOW);
    assert_eq!(overflow, Claims::overflowing());
    assert_eq!(overflow.employments(), Err(Untold::Overflow));
    assert_eq!(overflow.reach(), Err(Untold::Overflow));
    let unavailable: Claims = golden(UNAVAILABLE);
    assert_eq!(unavailable, Claims::unavailable());
    assert_eq!(unavailable.employments(), Err(Untold::Unavailable));
    let says_nothing = Claims::read(r#"{"version":1}"#).unwrap();
    assert_eq!(says_nothing.employments(), Err(Untold::Unknown));
    assert_eq!(says_nothing.reach(), Err(Untold::Unknown));
}

#[test]
fn what_is_not_understood_is_nothing() {
    for (this, that) in [
        (r#""version": 1"#, r#""version": 2"#),
        (r#""version": 1"#, r#""version": "1""#),
        (r#""version": 1,"#, ""),
        (r#""version": 1"#, r#""version": 1, "except": []"#),
        (r#""ageMs": 12"#, r#""ageMs": 12, "ageMs": 0"#),
        (r#""schedule": null"#, r#""shift": null"#),
        (",\n      \"schedule\": null", ""),
        (r#""locationRoles": [],"#, ""),
        (r#""roles": [],"#, ""),
        (r#""timeZone": "America/New_York","#, ""),
        ("01936d00-0000-7000-8000-0000000000a2", "everywhere"),
    ] {
        assert!(CLAIMS.contains(this), "{this}");
        let other = CLAIMS.replacen(this, that, 1);
        assert_eq!(Claims::read(&other), Err(Untold::Unknown), "{that}");
    }
    assert_eq!(Claims::read("null"), Err(Untold::Unknown));
}

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn location(n: u128, dealer: Option<u128>, provider: Option<u128>) -> Location {
    Location {
        id: id(n),
        name: String::new(),
        customer: id(1),
        customer_name: String::new(),
        dealer: dealer.map(id),
        provider: provider.map(id),
    }
}

fn employment(n: u128, organization: Organization, roles: &[SystemRole]) -> Employment {
    Employment {
        id: id(n),
        user: id(9),
        organization,
        organization_name: "An employer".to_owned(),
        roles: roles.iter().copied().collect(),
        location_roles: [].into(),
        schedule: None,
    }
}

fn team(organization: Organization, member: u128, at: u128, role: SystemRole) -> Team {
    Team {
        id: id(77),
        name: String::new(),
        organization,
        members: [id(member)].into(),
        roles: [(id(at), [role].into())].into(),
    }
}

#[test]
fn an_employment_reaches_where_its_organization_has_a_say() {
    use SystemRole::{Armer, Disarmer, Viewer};
    let [customer, dealer, provider] = [
        Organization::Customer(id(1)),
        Organization::Dealer(id(2)),
        Organization::Provider(id(3)),
    ];
    let facts = Facts {
        location: None,
        employments: vec![
            employment(11, customer, &[Viewer]),
            employment(12, dealer, &[Disarmer]),
            employment(13, provider, &[Armer]),
        ],
        teams: vec![
            team(customer, 11, 100, Armer),
            team(dealer, 12, 101, Viewer),
            team(dealer, 12, 102, Viewer),
        ],
    };
    let locations = [
        location(100, None, Some(3)),
        location(101, Some(2), Some(3)),
        location(102, Some(4), None),
        location(103, Some(2), None),
    ];
    let claims = Claims::gathered(&facts, Some(&locations), "".parse().unwrap(), 0);
    let reached = |employment, roles: &[SystemRole], at: &[u128]| Reached {
        employment: id(employment),
        roles: roles.iter().copied().collect(),
        locations: at.iter().map(|at| id(*at)).collect(),
    };
    assert_eq!(
        claims.reach().unwrap(),
        [
            // Not what holds at all locations of the customer, which is said once.
            reached(11, &[Armer], &[100]),
            // Not 102, where another dealer was appointed.
            reached(12, &[Disarmer], &[103]),
            reached(12, &[Disarmer, Viewer], &[101]),
            // Not 100, where nobody appointed a dealer.
            reached(13, &[Armer], &[101]),
        ]
    );
}

#[test]
fn what_does_not_fit_is_left_out_from_the_end() {
    let mut technician = employment(12, Organization::Dealer(id(2)), &[SystemRole::Disarmer]);
    technician.location_roles = [(id(5), [SystemRole::Viewer].into())].into();
    let facts = Facts {
        location: None,
        employments: vec![technician],
        teams: Vec::new(),
    };
    let locations: Vec<_> = (0..100).map(|n| location(n, Some(2), None)).collect();
    let claims = Claims::gathered(&facts, Some(&locations), "".parse().unwrap(), 0);
    assert_eq!(claims.clone().within(claims.size()), claims);
    let less = claims.clone().within(claims.size() - 1);
    assert_eq!(less.reach(), Err(Untold::Overflow));
    assert_eq!(less.employments(), claims.employments());
    assert_eq!(
        less.employments().unwrap()[0].location_roles,
        [At {
            roles: [SystemRole::Viewer].into(),
            locations: [id(5)].into()
        }]
    );
    assert_eq!(less.clone().within(less.size() - 1), Claims::overflowing());
    let at = less.facts_at().clone();
    assert_eq!(Claims::gathered(&facts, None, at, 0), less);
}
