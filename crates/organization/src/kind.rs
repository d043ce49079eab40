//! What differs between the kinds of organization.

use serde_json::Value;

use crate::domain::{OrganizationId, RoleNames};
use crate::{Aggregate, Events};

/// What differs between the three kinds of organization, apart from what only one of them has.
pub struct Kind {
    /// The service that keeps them: the audience of tokens for it, and the name of its stream.
    pub source: &'static str,
    /// The names of the roles that it can grant.
    pub roles: RoleNames,
    /// The application role whose holders create, rename and remove organizations of this kind.
    pub founder: &'static str,
    /// The organization, as the law knows it.
    pub organization: fn(OrganizationId) -> access::Organization,
    /// The names of its events.
    pub events: Events,
    /// The whole state of an aggregate, in the service's published language.
    pub state: fn(Aggregate<'_>) -> serde_json::Result<Value>,
}
