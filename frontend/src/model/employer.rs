//! Whom a person works for, as far as it explains why they see no system.

use serde::Deserialize;

use super::user::User;

/// A kind of organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It owns locations.
    Customer,
    /// It serves locations of customers that appointed it.
    Dealer,
    /// It watches for dealers that appointed it.
    Provider,
}

/// An organization, as those see it who work for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Organization {
    /// Opaque.
    pub id: String,
    /// To show.
    pub name: String,
}

/// One of the person's employers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employer {
    /// What it is.
    pub kind: Kind,
    /// To show.
    pub name: String,
    /// What is known to this person if they administer it.
    pub administered: Option<Administered>,
}

/// What administrators know of their organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Administered {
    /// Has anybody appointed it? Of a customer nobody has to.
    pub appointed: bool,
}

impl Kind {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Customer, Self::Dealer, Self::Provider];

    /// Does this person work for one, by the roles of their sign-in?
    #[must_use]
    pub fn employs(self, user: &User) -> bool {
        let role = match self {
            Self::Customer => "CUSTOMER_EMPLOYEE",
            Self::Dealer => "SECURITY_SYSTEM_DEALER_EMPLOYEE",
            Self::Provider => "MONITORING_PROVIDER_EMPLOYEE",
        };
        user.roles.iter().any(|held| held == role)
    }

    /// Where such organizations are, below the API's root.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Customer => "customers",
            Self::Dealer => "dealers",
            Self::Provider => "monitoring-providers",
        }
    }

    /// Below one of them: what only administrators may read, and what tells whether it is appointed.
    #[must_use]
    pub const fn administrators_read(self) -> &'static str {
        match self {
            Self::Customer => "employees",
            Self::Dealer | Self::Provider => "locations",
        }
    }
}

impl Employer {
    /// What else this person does for their employer, and how as long as no page is for it.
    #[must_use]
    pub fn tasks(&self) -> Option<String> {
        self.administered?;
        let name = &self.name;
        let what = match self.kind {
            Kind::Customer => {
                "people and their roles, locations, teams and shifts, and which dealers serve it"
            }
            Kind::Dealer => "people and their roles, teams and shifts, and who watches for it",
            Kind::Provider => "people and their roles, teams and shifts",
        };
        Some(format!(
            "What you administer of {name}, {what}, has no pages here yet: it is done by the API."
        ))
    }

    /// Why there may be no system through this employer, and what would change that.
    #[must_use]
    pub fn advice(&self) -> String {
        let Self {
            kind,
            name,
            administered,
        } = self;
        let role = "ARMER, DISARMER or VIEWER";
        match (administered, kind) {
            (Some(Administered { appointed: true }), _) => format!(
                "You administer {name}. That grants nothing on a system, and nobody grants roles to themselves: ask another administrator to make you {role}."
            ),
            (Some(_), Kind::Provider) => format!(
                "No dealer with a location to serve has appointed {name} yet. The dealer does that; then its systems appear for those at {name} who hold a role."
            ),
            (Some(_), Kind::Customer | Kind::Dealer) => format!(
                "No customer has appointed {name} for a location yet. The customer does that; then its systems appear for those at {name} who hold a role."
            ),
            (None, Kind::Customer) => format!(
                "You work for {name}. Ask one of its administrators to make you {role}: there, at one of its locations, or in a team."
            ),
            (None, Kind::Dealer) => format!(
                "You work for {name}. Two things are needed here, and either may be missing: that a customer has appointed {name} for a location, and that you are {role}, at {name} or in one of its teams. Ask one of its administrators, who sees whether there is an appointment, and can give you the role."
            ),
            (None, Kind::Provider) => format!(
                "You work for {name}. Two things are needed here, and either may be missing: that a dealer with a location to serve has appointed {name}, and that you are {role}, at {name} or in one of its teams. Ask one of its administrators, who sees whether there is an appointment, and can give you the role."
            ),
        }
    }
}
