//! Who and what there is, as data.

use access::SystemRole::{self, Armer, Disarmer, Viewer};

/// Somebody with an account.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Signs in with this address.
    pub email: &'static str,
    /// Shown in the UI.
    pub name: &'static str,
    /// What the sign-in page says this account may do.
    pub may: &'static str,
    /// `REALGUARDIO_*` application roles.
    pub application_roles: &'static [&'static str],
}

/// A customer with everything that it owns.
#[derive(Debug, Clone, Copy)]
pub struct Customer {
    /// The organization's name.
    pub name: &'static str,
    /// Its first employee administrator.
    pub administrator: Person,
    /// Its locations, each with one system.
    pub locations: &'static [Location],
    /// Its employees, apart from the administrator.
    pub employees: &'static [Employee],
    /// Its teams.
    pub teams: &'static [Team],
}

/// A location and the state that its system starts in.
#[derive(Debug, Clone, Copy)]
pub struct Location {
    /// Unique in the demo world.
    pub name: &'static str,
    /// Whether its system is armed when the demo is ready.
    pub armed: bool,
}

/// An employee and what the employment holds.
#[derive(Debug, Clone, Copy)]
pub struct Employee {
    /// The person.
    pub person: Person,
    /// Roles at the organization.
    pub roles: &'static [SystemRole],
    /// Roles at single locations.
    pub location_roles: &'static [(&'static str, &'static [SystemRole])],
    /// The employment's schedule, as the API takes it.
    pub schedule: Option<&'static str>,
}

/// A team, its members and its roles per location.
#[derive(Debug, Clone, Copy)]
pub struct Team {
    /// The team's name.
    pub name: &'static str,
    /// Members, by e-mail address.
    pub members: &'static [&'static str],
    /// Roles at locations of its customer.
    pub roles: &'static [(&'static str, &'static [SystemRole])],
}

const fn person(email: &'static str, name: &'static str, may: &'static str) -> Person {
    Person {
        email,
        name,
        may,
        application_roles: &[],
    }
}

const fn staff(
    email: &'static str,
    name: &'static str,
    may: &'static str,
    application_roles: &'static [&'static str],
) -> Person {
    Person {
        email,
        name,
        may,
        application_roles,
    }
}

const fn holds(person: Person, roles: &'static [SystemRole]) -> Employee {
    Employee {
        person,
        roles,
        location_roles: &[],
        schedule: None,
    }
}

/// The first administrator, made by `iam-service bootstrap`.
pub const PLATFORM_ADMINISTRATOR: Person = staff(
    "platform-admin@realguardio.example",
    "Priya Nair",
    "create customers and systems, and give RealGuardIO roles; sees no system",
    &["REALGUARDIO_ADMINISTRATOR"],
);

/// RealGuardIO's own people, apart from the first administrator.
pub const STAFF: &[Person] = &[
    staff(
        "policy-author@realguardio.example",
        "Paulo Ferreira",
        "nothing to do yet: will write policies, which are planned; sees no system",
        &["REALGUARDIO_POLICY_ADMINISTRATOR"],
    ),
    staff(
        "policy-approver@realguardio.example",
        "Petra Novak",
        "nothing to do yet: will approve policies, which are planned; sees no system",
        &["REALGUARDIO_POLICY_ADMINISTRATOR"],
    ),
    staff(
        "dealer-onboarding@realguardio.example",
        "Dana Levy",
        "onboard security system dealers; sees no system",
        &["REALGUARDIO_DEALER_ADMINISTRATOR"],
    ),
];

/// Whom a visitor best signs in as first: there is something to see, and something to do.
const FIRST: &str = "disarmer@blue-harbor.example";

/// Where somebody stands in a list of accounts: [`FIRST`], then people who work with systems, then those who administer
/// people, and RealGuardIO's own.
#[must_use]
pub fn rank(email: &str) -> u8 {
    let mut staff = STAFF.iter().chain([&PLATFORM_ADMINISTRATOR]);
    if email == FIRST {
        0
    } else if staff.any(|person| person.email == email) {
        3
    } else if email.starts_with("admin@") {
        2
    } else {
        1
    }
}

/// Every night, over midnight, in New York.
const NIGHTS_IN_NEW_YORK: &str = r#"{
  "timeZone": "America/New_York",
  "windows": [
    { "day": "MONDAY", "start": "22:00", "end": "06:00" },
    { "day": "TUESDAY", "start": "22:00", "end": "06:00" },
    { "day": "WEDNESDAY", "start": "22:00", "end": "06:00" },
    { "day": "THURSDAY", "start": "22:00", "end": "06:00" },
    { "day": "FRIDAY", "start": "22:00", "end": "06:00" },
    { "day": "SATURDAY", "start": "22:00", "end": "06:00" },
    { "day": "SUNDAY", "start": "22:00", "end": "06:00" }
  ],
  "exceptions": []
}"#;

/// The customers.
pub const CUSTOMERS: &[Customer] = &[
    Customer {
        name: "Blue Harbor Offices",
        administrator: person(
            "admin@blue-harbor.example",
            "Ada Whitfield",
            "administer Blue Harbor's people; sees no system",
        ),
        locations: &[
            Location {
                name: "Harbor Tower",
                armed: true,
            },
            Location {
                name: "Harbor Warehouse",
                armed: true,
            },
            Location {
                name: "Harbor Annex",
                armed: false,
            },
        ],
        employees: &[
            holds(
                person(
                    "disarmer@blue-harbor.example",
                    "Dario Conti",
                    "disarm everything of Blue Harbor Offices",
                ),
                &[Disarmer],
            ),
            holds(
                person(
                    "armer@blue-harbor.example",
                    "Aisha Rahman",
                    "arm everything of Blue Harbor Offices",
                ),
                &[Armer],
            ),
            holds(
                person(
                    "viewer@blue-harbor.example",
                    "Vera Lindqvist",
                    "see everything of Blue Harbor Offices",
                ),
                &[Viewer],
            ),
            Employee {
                person: person(
                    "tower-guard@blue-harbor.example",
                    "Tomas Berg",
                    "arm and disarm Harbor Tower",
                ),
                roles: &[],
                location_roles: &[("Harbor Tower", &[Armer, Disarmer])],
                schedule: None,
            },
            Employee {
                person: person(
                    "night-watch@blue-harbor.example",
                    "Noor Haddad",
                    "arm and disarm Harbor Warehouse and see Harbor Annex, by team Night Watch, 22:00–06:00 in New York",
                ),
                roles: &[],
                location_roles: &[],
                schedule: Some(NIGHTS_IN_NEW_YORK),
            },
        ],
        teams: &[Team {
            name: "Night Watch",
            members: &["night-watch@blue-harbor.example"],
            roles: &[
                ("Harbor Warehouse", &[Disarmer, Armer]),
                ("Harbor Annex", &[Viewer]),
            ],
        }],
    },
    Customer {
        name: "Cedar Hill Clinics",
        administrator: person(
            "admin@cedar-hill.example",
            "Amos Cohen",
            "administer Cedar Hill's people; sees no system",
        ),
        locations: &[Location {
            name: "Cedar Hill Main",
            armed: true,
        }],
        employees: &[holds(
            person(
                "disarmer@cedar-hill.example",
                "Dina Kowalski",
                "disarm everything of Cedar Hill Clinics",
            ),
            &[Disarmer],
        )],
        teams: &[],
    },
];
