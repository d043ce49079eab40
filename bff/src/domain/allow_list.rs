//! What browsers may ask for, and whom. Everything else does not exist.
//!
//! A row is a method and a path of literal segments, ids and operations. Ids are UUIDs, and operations are named here, so
//! a path that matches holds nothing to decode, and the path sent on is written anew from what matched.

use std::collections::BTreeSet;

use uuid::Uuid;

/// A service behind the BFF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Signs people in; its user administration is forwarded to.
    Iam,
    /// Customers, their locations, people and teams.
    Customer,
    /// Dealers, whom they have appointed, their people and teams.
    Dealer,
    /// Monitoring providers, their people and teams.
    Monitoring,
    /// The security systems.
    SecuritySystem,
}

impl Service {
    /// The service's name: its audience in tokens, its stream of events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iam => iam_events::SOURCE,
            Self::Customer => customer_events::SOURCE,
            Self::Dealer => dealer_events::SOURCE,
            Self::Monitoring => monitoring_events::SOURCE,
            Self::SecuritySystem => security_system_events::SOURCE,
        }
    }

    /// The application role without which nothing of this service answers a person, if there is one.
    #[must_use]
    pub const fn role(self) -> Option<&'static str> {
        match self {
            Self::Iam => Some("REALGUARDIO_ADMINISTRATOR"),
            Self::Customer | Self::Dealer | Self::Monitoring | Self::SecuritySystem => None,
        }
    }
}

/// Where an allowed request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// To this service,
    pub service: Service,
    /// with this path.
    pub path: String,
}

/// What can be done to a system, as paths name it.
const OPERATIONS: [&str; 4] = ["view", "arm", "disarm", "acknowledge"];

type Row = (&'static str, &'static str, Service);

use Service::{Customer, Dealer, Iam, Monitoring, SecuritySystem};

#[rustfmt::skip] // a table
const ROWS: &[Row] = &[
    ("GET POST",       "/securitysystems",                                   SecuritySystem),
    ("GET PUT DELETE", "/securitysystems/{id}",                              SecuritySystem),
    ("GET",            "/securitysystems/{id}/history",                      SecuritySystem),
    ("GET",            "/securitysystems/{id}/explanation",                  SecuritySystem),
    ("GET",            "/strategies",                                        SecuritySystem),
    ("PUT DELETE",     "/strategies/{operation}",                            SecuritySystem),
    ("GET POST",       "/customers",                                         Customer),
    ("GET PUT DELETE", "/customers/{id}",                                    Customer),
    ("GET POST",       "/customers/{id}/locations",                          Customer),
    ("GET PUT DELETE", "/customers/{id}/locations/{id}",                     Customer),
    ("PUT DELETE",     "/customers/{id}/locations/{id}/dealer",              Customer),
    ("GET POST",       "/customers/{id}/employees",                          Customer),
    ("GET PUT DELETE", "/customers/{id}/employees/{id}",                     Customer),
    ("PUT",            "/customers/{id}/employees/{id}/roles",               Customer),
    ("PUT",            "/customers/{id}/employees/{id}/location-roles",      Customer),
    ("PUT DELETE",     "/customers/{id}/employees/{id}/schedule",            Customer),
    ("GET POST",       "/customers/{id}/teams",                              Customer),
    ("GET PUT DELETE", "/customers/{id}/teams/{id}",                         Customer),
    ("PUT DELETE",     "/customers/{id}/teams/{id}/members/{id}",            Customer),
    ("PUT DELETE",     "/customers/{id}/teams/{id}/roles/{id}",              Customer),
    ("GET PUT",        "/profiles",                                          Customer),
    ("GET POST",       "/dealers",                                           Dealer),
    ("GET PUT DELETE", "/dealers/{id}",                                      Dealer),
    ("PUT DELETE",     "/dealers/{id}/monitoring-provider",                  Dealer),
    ("GET",            "/dealers/{id}/locations",                            Dealer),
    ("GET POST",       "/dealers/{id}/employees",                            Dealer),
    ("GET PUT DELETE", "/dealers/{id}/employees/{id}",                       Dealer),
    ("PUT",            "/dealers/{id}/employees/{id}/roles",                 Dealer),
    ("PUT DELETE",     "/dealers/{id}/employees/{id}/schedule",              Dealer),
    ("GET POST",       "/dealers/{id}/teams",                                Dealer),
    ("GET PUT DELETE", "/dealers/{id}/teams/{id}",                           Dealer),
    ("PUT DELETE",     "/dealers/{id}/teams/{id}/members/{id}",              Dealer),
    ("PUT DELETE",     "/dealers/{id}/teams/{id}/roles/{id}",                Dealer),
    ("GET",            "/directory/dealers",                                 Dealer),
    ("GET POST",       "/monitoring-providers",                              Monitoring),
    ("GET PUT DELETE", "/monitoring-providers/{id}",                         Monitoring),
    ("GET",            "/monitoring-providers/{id}/locations",               Monitoring),
    ("GET POST",       "/monitoring-providers/{id}/employees",               Monitoring),
    ("GET PUT DELETE", "/monitoring-providers/{id}/employees/{id}",          Monitoring),
    ("PUT",            "/monitoring-providers/{id}/employees/{id}/roles",    Monitoring),
    ("PUT DELETE",     "/monitoring-providers/{id}/employees/{id}/schedule", Monitoring),
    ("GET POST",       "/monitoring-providers/{id}/teams",                   Monitoring),
    ("GET PUT DELETE", "/monitoring-providers/{id}/teams/{id}",              Monitoring),
    ("PUT DELETE",     "/monitoring-providers/{id}/teams/{id}/members/{id}", Monitoring),
    ("PUT DELETE",     "/monitoring-providers/{id}/teams/{id}/roles/{id}",   Monitoring),
    ("GET",            "/directory/monitoring-providers",                    Monitoring),
    ("POST",           "/invitations",                                       Iam),
    ("GET",            "/users",                                             Iam),
    ("GET DELETE",     "/users/{id}",                                        Iam),
    ("PUT",            "/users/{id}/roles",                                  Iam),
];

/// Where a request with this method and this path (below `/api`, still encoded) goes.
#[must_use]
pub fn target(method: &str, path: &str) -> Option<Target> {
    let rows = ROWS
        .iter()
        .filter(|(methods, ..)| methods.split(' ').any(|m| m == method));
    rows.into_iter().find_map(|(_, pattern, service)| {
        let path = written_anew(pattern, path)?;
        Some(Target {
            service: *service,
            path,
        })
    })
}

/// Every allowed method, path pattern and service: for documentation and for tests of coverage.
pub fn allowed() -> impl Iterator<Item = (&'static str, &'static str, Service)> {
    ROWS.iter().flat_map(|&(methods, pattern, service)| {
        methods
            .split(' ')
            .map(move |method| (method, pattern, service))
    })
}

/// Every service to which anything is allowed.
#[must_use]
pub fn services() -> BTreeSet<Service> {
    ROWS.iter().map(|&(.., service)| service).collect()
}

fn written_anew(pattern: &str, path: &str) -> Option<String> {
    let mut written = String::with_capacity(path.len());
    let mut segments = path.strip_prefix('/')?.split('/');
    for expected in pattern[1..].split('/') {
        let segment = segments.next()?;
        written.push('/');
        match expected {
            "{id}" => written.push_str(&id(segment)?.to_string()),
            "{operation}" => written.push_str(operation(segment)?),
            literal if literal == segment => written.push_str(literal),
            _ => return None,
        }
    }
    segments.next().is_none().then_some(written)
}

/// An operation, in the one way in which it is written.
fn operation(segment: &str) -> Option<&str> {
    OPERATIONS.contains(&segment).then_some(segment)
}

/// An id in its one canonical form; the other spellings that UUIDs have are not ours.
fn id(segment: &str) -> Option<Uuid> {
    let canonical = segment.len() == 36;
    canonical.then(|| Uuid::try_parse(segment).ok()).flatten()
}
