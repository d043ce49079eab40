//! What people do in a world.

use std::collections::BTreeSet;

use access::SystemRole;

use crate::Hours;

/// How many users there are, from 0.
pub const USERS: u8 = 4;

/// System roles.
pub type Roles = BTreeSet<SystemRole>;

/// An organization, by its number among those of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Employer {
    /// A customer.
    Customer(u8),
    /// A dealer.
    Dealer(u8),
    /// A monitoring provider.
    Provider(u8),
}

/// Something that somebody does. Subjects are named by small numbers; one that is not there makes
/// the step do nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An organization is founded.
    Found(Employer),
    /// An organization without people, teams and locations is removed.
    Dissolve(Employer),
    /// A customer gets a location, with a system.
    Open {
        /// The location.
        location: u8,
        /// The customer.
        customer: u8,
    },
    /// A location is removed, and its system before it.
    Close {
        /// The location.
        location: u8,
    },
    /// A customer appoints a dealer for a location.
    Appoint {
        /// The location.
        location: u8,
        /// The dealer.
        dealer: u8,
    },
    /// A customer dismisses the dealer of a location.
    Dismiss {
        /// The location.
        location: u8,
    },
    /// A dealer appoints a monitoring provider.
    Engage {
        /// The dealer.
        dealer: u8,
        /// The monitoring provider.
        provider: u8,
    },
    /// A dealer dismisses its monitoring provider.
    Disengage {
        /// The dealer.
        dealer: u8,
    },
    /// Somebody is hired.
    Hire {
        /// By whom.
        employer: Employer,
        /// Who.
        user: u8,
        /// With which roles.
        roles: Roles,
        /// For which hours; none is always.
        hours: Option<Hours>,
    },
    /// Somebody leaves.
    Leave {
        /// Whose employee.
        employer: Employer,
        /// Who.
        user: u8,
    },
    /// Somebody's roles at their employer are replaced.
    Grant {
        /// Whose employee.
        employer: Employer,
        /// Who.
        user: u8,
        /// The roles.
        roles: Roles,
    },
    /// Somebody's roles at one of their customer's locations are replaced.
    GrantAt {
        /// Who.
        user: u8,
        /// The location, and so the customer.
        location: u8,
        /// The roles; none takes all away.
        roles: Roles,
    },
    /// Somebody's hours are replaced, or lifted.
    Restrict {
        /// Whose employee.
        employer: Employer,
        /// Who.
        user: u8,
        /// The hours; none is always.
        hours: Option<Hours>,
    },
    /// A team is formed.
    Form {
        /// The team.
        team: u8,
        /// Whose.
        employer: Employer,
    },
    /// A team is disbanded.
    Disband {
        /// The team.
        team: u8,
    },
    /// Somebody joins a team of their employer.
    Join {
        /// The team.
        team: u8,
        /// Who.
        user: u8,
    },
    /// Somebody quits a team.
    Quit {
        /// The team.
        team: u8,
        /// Who.
        user: u8,
    },
    /// A team's roles at a location are replaced.
    Entrust {
        /// The team.
        team: u8,
        /// The location.
        location: u8,
        /// The roles; none takes all away.
        roles: Roles,
    },
}
