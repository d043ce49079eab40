use outbox::Message;

use super::domain::{Employment, Organization, OrganizationId, RoleNames, Team};

/// What differs between the three kinds of organization, apart from what only one of them has.
pub trait Kind: Send + Sync + 'static {
    /// The names of the roles that it can grant.
    fn roles(&self) -> RoleNames;

    /// The application role whose holders create, rename and remove organizations of this kind.
    fn founder(&self) -> &'static str;

    /// The organization, as the law knows it.
    fn organization(&self, id: OrganizationId) -> access::Organization;

    /// What is published about a change.
    ///
    /// # Errors
    /// If the state has no JSON form.
    fn message(&self, change: Change<'_>) -> Result<Message, serde_json::Error>;
}

/// A change of an aggregate. State, not a delta: the event holds the whole aggregate.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// Created, or renamed.
    Organization(&'a Organization),
    /// Removed.
    OrganizationRemoved(&'a Organization),
    /// Hired, or changed.
    Employment(&'a Employment),
    /// Ended.
    EmploymentEnded(&'a Employment),
    /// Created, or changed.
    Team(&'a Team),
    /// Removed.
    TeamRemoved(&'a Team),
}
