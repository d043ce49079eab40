use serde_json::Value;

use crate::domain::{OrganizationId, RoleNames};
use crate::{Aggregate, Events};

/// What differs between the three kinds of organization, apart from what only one of them has.
pub trait Kind: Send + Sync + 'static {
    /// The service that keeps them: the audience of tokens for it, and the name of its stream.
    fn source(&self) -> &'static str;

    /// The names of the roles that it can grant.
    fn roles(&self) -> RoleNames;

    /// The application role whose holders create, rename and remove organizations of this kind.
    fn founder(&self) -> &'static str;

    /// The organization, as the law knows it.
    fn organization(&self, id: OrganizationId) -> access::Organization;

    /// The names of its events.
    fn events(&self) -> &'static Events;

    /// The whole state of an aggregate, in the service's published language.
    ///
    /// # Errors
    /// If it has no JSON form.
    fn state(&self, of: Aggregate<'_>) -> Result<Value, serde_json::Error>;
}
