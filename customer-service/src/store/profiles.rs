//! Profiles.

use access::UserId;
use jiff::Timestamp;
use organization::domain::{Name, Version};
use organization::store::Committed;
use sqlx::PgConnection;

use super::Store;
use crate::domain::{Phone, Profile};

struct Row {
    name: String,
    phone: Option<String>,
    version: i64,
}

impl Row {
    fn of(self, user: UserId) -> Profile {
        Profile {
            user,
            name: Name::stored(self.name),
            phone: self.phone.map(Phone::stored),
            version: Version(self.version),
        }
    }
}

impl Store {
    /// The user's profile, if they ever stored one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn profile(&self, user: UserId) -> sqlx::Result<Option<Profile>> {
        let row = sqlx::query_as!(
            Row,
            "SELECT name, phone, version FROM profile WHERE user_id = $1",
            user.as_uuid()
        );
        Ok(row
            .fetch_optional(&self.pool)
            .await?
            .map(|row| row.of(user)))
    }

    /// Stores the user's profile over the given version, 0 for none, or whatever there is. `None`
    /// if there is another version.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn save_profile(
        &self,
        changed: &Profile,
        over: Option<Version>,
        now: Timestamp,
    ) -> sqlx::Result<Option<Committed<Profile>>> {
        let mut tx = database::begin(&self.pool).await?;
        let Some(stored) = upsert(&mut tx, changed, over).await? else {
            return Ok(None);
        };
        // Nobody else needs to know how a person is reached, so nothing is published.
        let position = outbox::append(&mut tx, now, Vec::new()).await?;
        tx.commit().await?;
        Ok(Some(Committed {
            value: stored,
            position,
        }))
    }
}

async fn upsert(
    db: &mut PgConnection,
    changed: &Profile,
    over: Option<Version>,
) -> sqlx::Result<Option<Profile>> {
    let row = sqlx::query_as!(
        Row,
        "INSERT INTO profile AS stored (user_id, name, phone, version)
         SELECT $1, $2, $3, 1
          WHERE $4::bigint IS NULL OR $4 = 0 OR EXISTS (SELECT FROM profile WHERE user_id = $1)
         ON CONFLICT (user_id) DO UPDATE
            SET name = excluded.name, phone = excluded.phone, version = stored.version + 1
          WHERE $4::bigint IS NULL OR stored.version = $4
         RETURNING name, phone, version",
        changed.user.as_uuid(),
        changed.name.as_str(),
        changed.phone.as_ref().map(Phone::as_str),
        over.map(|Version(version)| version),
    );
    Ok(row
        .fetch_optional(db)
        .await?
        .map(|row| row.of(changed.user)))
}
