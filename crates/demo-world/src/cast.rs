//! Who and what there is, as data.

mod organizations;

pub use self::organizations::{CUSTOMERS, DEALERS, PROVIDERS};

use access::SystemRole;

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

/// An organization with its people: what customers, dealers and monitoring providers have in common.
#[derive(Debug, Clone, Copy)]
pub struct Organization {
    /// Its name.
    pub name: &'static str,
    /// Its first employee administrator.
    pub administrator: Person,
    /// Its employees, apart from the administrator.
    pub employees: &'static [Employee],
    /// Its teams.
    pub teams: &'static [Team],
}

/// A customer with everything that it owns.
#[derive(Debug, Clone, Copy)]
pub struct Customer {
    /// The organization.
    pub organization: Organization,
    /// Its locations, each with one system.
    pub locations: &'static [Location],
}

/// A dealer.
#[derive(Debug, Clone, Copy)]
pub struct Dealer {
    /// The organization.
    pub organization: Organization,
    /// The monitoring provider that it has appointed.
    pub provider: Option<&'static str>,
}

/// A location and the state that its system starts in.
#[derive(Debug, Clone, Copy)]
pub struct Location {
    /// Unique in the demo world.
    pub name: &'static str,
    /// The dealer that is appointed for it.
    pub dealer: Option<&'static str>,
    /// Whether its system is armed when the demo is ready; its dealer's people do that.
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
    /// Roles at locations.
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
    "create customers, monitoring providers and systems, give RealGuardIO roles, and choose which strategy decides; sees no system",
    &["REALGUARDIO_ADMINISTRATOR"],
);

/// Whoever onboards dealers.
pub const DEALER_ONBOARDING: Person = staff(
    "dealer-onboarding@realguardio.example",
    "Dana Levy",
    "onboard security system dealers; sees no system",
    &["REALGUARDIO_DEALER_ADMINISTRATOR"],
);

/// RealGuardIO's own people, apart from the first administrator.
pub const STAFF: &[Person] = &[
    staff(
        "policy-author@realguardio.example",
        "Paulo Ferreira",
        "upload policies and promote approved ones, by authz-service's API; sees no system",
        &["REALGUARDIO_POLICY_ADMINISTRATOR"],
    ),
    staff(
        "policy-approver@realguardio.example",
        "Petra Novak",
        "approve policies that somebody else uploaded, by authz-service's API; sees no system",
        &["REALGUARDIO_POLICY_ADMINISTRATOR"],
    ),
    DEALER_ONBOARDING,
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

/// Everybody with an account, in the order in which they are told of.
pub fn everybody() -> impl Iterator<Item = Person> {
    let customers = CUSTOMERS.iter().map(|customer| customer.organization);
    let dealers = DEALERS.iter().map(|dealer| dealer.organization);
    let organizations = customers.chain(dealers).chain(PROVIDERS.iter().copied());
    let employed = organizations.flat_map(|organization| {
        let employees = organization
            .employees
            .iter()
            .map(|employee| employee.person);
        std::iter::once(organization.administrator).chain(employees)
    });
    std::iter::once(PLATFORM_ADMINISTRATOR)
        .chain(STAFF.iter().copied())
        .chain(employed)
}
