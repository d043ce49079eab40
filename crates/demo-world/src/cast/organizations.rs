//! Customers, dealers and monitoring providers.

use access::SystemRole::{Armer, Disarmer, Viewer};

use super::{Customer, Dealer, Employee, Location, Organization, Team, holds, person};

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

/// All of Saturday and Sunday, in Madrid.
const WEEKENDS_IN_MADRID: &str = r#"{
  "timeZone": "Europe/Madrid",
  "windows": [
    { "day": "SATURDAY", "start": "00:00", "end": "24:00" },
    { "day": "SUNDAY", "start": "00:00", "end": "24:00" }
  ],
  "exceptions": []
}"#;

/// The monitoring providers.
pub const PROVIDERS: &[Organization] = &[Organization {
    name: "Watchtower Monitoring",
    administrator: person(
        "admin@watchtower.example",
        "Wanda Okafor",
        "administer Watchtower's people; sees no system",
    ),
    employees: &[
        holds(
            person(
                "operator@watchtower.example",
                "Oscar Lindgren",
                "arm and disarm everything that Keystone Security's monitoring provider watches",
            ),
            &[Armer, Disarmer],
        ),
        Employee {
            schedule: Some(WEEKENDS_IN_MADRID),
            ..holds(
                person(
                    "weekend-operator@watchtower.example",
                    "Wilma Santos",
                    "disarm everything that Watchtower watches, on Saturday and Sunday in Madrid",
                ),
                &[Disarmer],
            )
        },
    ],
    teams: &[],
}];

/// The dealers.
pub const DEALERS: &[Dealer] = &[
    Dealer {
        organization: Organization {
            name: "Keystone Security",
            administrator: person(
                "admin@keystone.example",
                "Kofi Mensah",
                "administer Keystone's people; sees no system",
            ),
            employees: &[
                holds(
                    person(
                        "technician@keystone.example",
                        "Tess Moreau",
                        "arm and disarm everything that Keystone Security serves",
                    ),
                    &[Armer, Disarmer],
                ),
                holds(
                    person(
                        "installer@keystone.example",
                        "Ivan Petrov",
                        "disarm Harbor Tower, by team Installers",
                    ),
                    &[],
                ),
            ],
            teams: &[Team {
                name: "Installers",
                members: &["installer@keystone.example"],
                roles: &[("Harbor Tower", &[Disarmer])],
            }],
        },
        provider: Some("Watchtower Monitoring"),
    },
    Dealer {
        organization: Organization {
            name: "Lantern Alarms",
            administrator: person(
                "admin@lantern.example",
                "Lena Fischer",
                "administer Lantern's people; sees no system",
            ),
            employees: &[holds(
                person(
                    "technician@lantern.example",
                    "Luca Romano",
                    "disarm what Lantern Alarms serves: nobody has appointed it, so nothing",
                ),
                &[Disarmer],
            )],
            teams: &[],
        },
        provider: None,
    },
];

/// The customers.
pub const CUSTOMERS: &[Customer] = &[
    Customer {
        organization: BLUE_HARBOR,
        locations: &[
            Location {
                name: "Harbor Tower",
                dealer: Some("Keystone Security"),
                armed: true,
            },
            Location {
                name: "Harbor Warehouse",
                dealer: Some("Keystone Security"),
                armed: true,
            },
            Location {
                name: "Harbor Annex",
                dealer: None,
                armed: false,
            },
        ],
    },
    Customer {
        organization: CEDAR_HILL,
        locations: &[Location {
            name: "Cedar Hill Main",
            dealer: Some("Keystone Security"),
            armed: true,
        }],
    },
];

const BLUE_HARBOR: Organization = Organization {
    name: "Blue Harbor Offices",
    administrator: person(
        "admin@blue-harbor.example",
        "Ada Whitfield",
        "administer Blue Harbor's people; sees no system",
    ),
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
};

const CEDAR_HILL: Organization = Organization {
    name: "Cedar Hill Clinics",
    administrator: person(
        "admin@cedar-hill.example",
        "Amos Cohen",
        "administer Cedar Hill's people; sees no system",
    ),
    employees: &[holds(
        person(
            "disarmer@cedar-hill.example",
            "Dina Kowalski",
            "disarm everything of Cedar Hill Clinics",
        ),
        &[Disarmer],
    )],
    teams: &[],
};
