use access::UserId;
use organization::app::{Intent, Refusal};
use organization::domain::{Name, Version};
use organization::store::Committed;

use super::Customers;
use crate::domain::Profile;

impl Customers {
    /// The caller's own profile. Until they store one, it is what their token says.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn profile(&self, user: UserId, name: &str) -> Result<Profile, Refusal> {
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
    /// If it is not what they saw.
    pub async fn save_profile(
        &self,
        intent: &Intent,
        changed: &Profile,
    ) -> Result<Committed<Profile>, Refusal> {
        let saved = self
            .store
            .save_profile(changed, intent.expected, intent.at)
            .await?;
        saved.ok_or(Refusal::Outdated)
    }
}
