//! Facts: what the rule needs to know. Also the form in which the owners tell them over the wire.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::{
    CustomerId, DealerId, EmployeeId, LocationId, Organization, ProviderId, Schedule, SystemRole,
    TeamId, UserId,
};

/// Everything known that bears on a question. What is absent is not so: facts only add.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The location in question, while it is active.
    pub location: Option<Location>,
    /// Active employments.
    pub employments: Vec<Employment>,
    /// Teams.
    pub teams: Vec<Team>,
}

/// A customer's site, and who was appointed for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// Which location.
    pub id: LocationId,
    /// Its name.
    pub name: String,
    /// Its owner, for ever.
    pub customer: CustomerId,
    /// The owner's name, to be shown: nothing is decided by it, so it need not be told.
    #[serde(default)]
    pub customer_name: String,
    /// The dealer that the customer appointed, if any.
    pub dealer: Option<DealerId>,
    /// The monitoring provider that this dealer appointed, if any.
    pub provider: Option<ProviderId>,
}

impl Location {
    /// The organizations whose employees the rule considers. A branch without an appointment
    /// is empty: never an error, never an allow.
    pub fn ancestors(&self) -> impl Iterator<Item = Organization> {
        let provider = self.dealer.and(self.provider);
        [
            Some(Organization::Customer(self.customer)),
            self.dealer.map(Organization::Dealer),
            provider.map(Organization::Provider),
        ]
        .into_iter()
        .flatten()
    }
}

/// An active employment: one person in one organization, with all that the organization
/// grants, and the schedule by which it restricts what it grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Employment {
    /// Which employment.
    pub id: EmployeeId,
    /// The person.
    pub user: UserId,
    /// The employer.
    pub organization: Organization,
    /// The employer's name.
    pub organization_name: String,
    /// System roles held at the organization.
    pub roles: BTreeSet<SystemRole>,
    /// System roles held at single locations; they count at the employer's own locations.
    pub location_roles: BTreeMap<LocationId, BTreeSet<SystemRole>>,
    /// When what is granted counts. `null` means always, and has to be said: were a missing
    /// field read as *unrestricted*, a lost restriction would open doors.
    #[serde(deserialize_with = "said")]
    #[schema(required)]
    pub schedule: Option<Schedule>,
}

/// A team: roles at locations, granted to its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// Which team.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// The organization it belongs to. Where this is not an ancestor of a location, the team lapses.
    pub organization: Organization,
    /// The employments that belong to it.
    pub members: BTreeSet<EmployeeId>,
    /// System roles held at locations.
    pub roles: BTreeMap<LocationId, BTreeSet<SystemRole>>,
}

/// An optional field that must nevertheless be present.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Schedule>, D::Error> {
    Option::deserialize(deserializer)
}
