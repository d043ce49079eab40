//! A person reads and changes their own profile.

use access::UserId;
use organization::app::{Failure, Intent};
use organization::domain::{Name, Version};
use organization::store::Committed;

use super::Customers;
use crate::domain::Profile;

impl Customers {
    /// The caller's own profile. Until they store one, it is what their token says.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn profile(&self, user: UserId, name: &str) -> Result<Profile, Failure> {
        let stored = self.store.profile(user).await?;
        Ok(stored.unwrap_or_else(|| Profile {
            user,
            // Shown and not stored: the issuer's rules for names are not ours.
            name: Name::stored(name.to_owned()),
            phone: None,
            version: Version(0),
        }))
    }

    /// Stores the caller's own profile.
    ///
    /// # Errors
    ///
    /// When it is not what they saw.
    pub async fn save_profile(
        &self,
        intent: &Intent,
        changed: &Profile,
    ) -> Result<Committed<Profile>, Failure> {
        let saved = self
            .store
            .save_profile(changed, intent.expected, intent.at)
            .await?;
        saved.ok_or(Failure::Outdated)
    }
}
