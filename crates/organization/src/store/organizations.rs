//! The organizations themselves, and whom they appointed.

use access::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Keyset, Slice, Store, UnitOfWork};
use crate::Aggregate;
use crate::domain::{Name, Organization, OrganizationId, Version};

struct Row {
    id: Uuid,
    name: String,
    appointee: Option<Uuid>,
    version: i64,
}

impl From<Row> for Organization {
    fn from(row: Row) -> Self {
        Self {
            id: OrganizationId(row.id),
            name: Name::stored(row.name),
            appointee: row.appointee.map(OrganizationId),
            version: Version(row.version),
        }
    }
}

/// Which organizations to list.
#[derive(Debug, Clone, Copy)]
pub enum Listed {
    /// All of them.
    Every,
    /// Those that employ this user.
    Employing(UserId),
}

impl Store {
    /// An organization.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn organization(&self, id: OrganizationId) -> sqlx::Result<Option<Organization>> {
        let row = sqlx::query_as!(
            Row,
            "SELECT id, name, appointee, version FROM organization WHERE id = $1",
            id.0
        );
        Ok(row.fetch_optional(&self.pool).await?.map(Into::into))
    }

    /// Organizations.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn organizations(
        &self,
        listed: Listed,
        keyset: Keyset,
    ) -> sqlx::Result<Slice<Organization>> {
        let employing = match listed {
            Listed::Every => None,
            Listed::Employing(user) => Some(user.as_uuid()),
        };
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, name, appointee, version FROM organization
             WHERE ($1::uuid IS NULL OR id IN (SELECT organization_id FROM employment WHERE user_id = $1))
               AND ($2::uuid IS NULL OR id > $2)
             ORDER BY id LIMIT $3",
            employing,
            keyset.after,
            keyset.fetch(),
        )
        .fetch_all(&self.pool)
        .await?;
        let organizations = rows.into_iter().map(Into::into).collect();
        Ok(keyset.cut(organizations, |it: &Organization| it.id.0))
    }
}

impl UnitOfWork {
    /// Gives the organization another name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rename(&mut self, name: &Name) -> sqlx::Result<Organization> {
        let row = sqlx::query_as!(
            Row,
            "UPDATE organization SET name = $2, version = version + 1 WHERE id = $1 RETURNING id, name, appointee, version",
            self.organization.id.0,
            name.as_str(),
        );
        let organization = row.fetch_one(self.connection()).await?.into();
        self.changed(Aggregate::Organization(&organization))?;
        self.organization = organization.clone();
        Ok(organization)
    }

    /// Appoints another organization, or dismisses the one that was.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn appoint(
        &mut self,
        appointee: Option<OrganizationId>,
    ) -> sqlx::Result<Organization> {
        let row = sqlx::query_as!(
            Row,
            "UPDATE organization SET appointee = $2, version = version + 1 WHERE id = $1
             RETURNING id, name, appointee, version",
            self.organization.id.0,
            appointee.map(|OrganizationId(id)| id),
        );
        let organization = row.fetch_one(self.connection()).await?.into();
        self.changed(Aggregate::Organization(&organization))?;
        self.organization = organization.clone();
        Ok(organization)
    }

    /// Removes the organization, if nothing refers to it any more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove(&mut self) -> sqlx::Result<Removal> {
        let delete = sqlx::query!(
            "DELETE FROM organization WHERE id = $1",
            self.organization.id.0
        );
        match delete.execute(self.connection()).await {
            Err(sqlx::Error::Database(e)) if e.is_foreign_key_violation() => Ok(Removal::NotEmpty),
            Err(e) => Err(e),
            Ok(_) => {
                let organization = self.organization.clone();
                self.removed(Aggregate::Organization(&organization));
                Ok(Removal::Removed)
            }
        }
    }
}

/// What came of removing an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Removal {
    /// It is gone, as soon as the transaction commits.
    Removed,
    /// It still has people, teams or places. The transaction can only be given up.
    NotEmpty,
}

/// Takes the lock under which everything about the organization is changed. It leaves room for
/// references to the organization, which do not change it.
pub(super) async fn lock(
    db: &mut PgConnection,
    id: OrganizationId,
) -> sqlx::Result<Option<Organization>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, name, appointee, version FROM organization WHERE id = $1 FOR NO KEY UPDATE",
        id.0
    );
    Ok(row.fetch_optional(db).await?.map(Into::into))
}

pub(super) async fn insert(db: &mut PgConnection, new: &Organization) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO organization (id, name) VALUES ($1, $2)",
        new.id.0,
        new.name.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}
