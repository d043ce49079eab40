//! Employments, and their roles at locations.

use std::collections::BTreeSet;

use access::{EmployeeId, LocationId, Schedule, SystemRole, TeamId, UserId};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Keyset, Slice, Store, UnitOfWork};
use crate::Aggregate;
use crate::domain::{
    Employment, Name, NewEmployment, OrganizationId, PEOPLE_AT_LOCATION, Roles, RolesAt, Version,
};

struct Row {
    id: Uuid,
    organization_id: Uuid,
    user_id: Uuid,
    name: String,
    administrator: bool,
    roles: Json<BTreeSet<SystemRole>>,
    location_roles: Json<RolesAt>,
    schedule: Option<Json<Schedule>>,
    version: i64,
}

impl From<Row> for Employment {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            organization: OrganizationId(row.organization_id),
            user: row.user_id.into(),
            name: Name::stored(row.name),
            roles: Roles {
                administrator: row.administrator,
                system: row.roles.0,
            },
            location_roles: row.location_roles.0,
            schedule: row.schedule.map(|schedule| schedule.0),
            version: Version(row.version),
        }
    }
}

/// Some, or a part of the list.
async fn select(
    db: &mut PgConnection,
    organization: OrganizationId,
    some: Option<&[Uuid]>,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Employment>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, organization_id, user_id, name, administrator, version,
                  roles AS "roles: Json<BTreeSet<SystemRole>>",
                  schedule AS "schedule: Json<Schedule>",
                  (SELECT coalesce(jsonb_object_agg(at.location_id, at.roles), '{}')
                     FROM employment_location at WHERE at.employee_id = employment.id)
                      AS "location_roles!: Json<RolesAt>"
             FROM employment
            WHERE organization_id = $1
              AND ($2::uuid[] IS NULL OR id = ANY($2))
              AND ($3::uuid IS NULL OR id > $3)
            ORDER BY id LIMIT $4"#,
        organization.0,
        some as _,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

impl Store {
    /// An employment by the organization.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn employment(
        &self,
        organization: OrganizationId,
        id: EmployeeId,
    ) -> sqlx::Result<Option<Employment>> {
        let mut db = self.pool.acquire().await?;
        let one = [id.as_uuid()];
        Ok(select(&mut db, organization, Some(&one), None, 1)
            .await?
            .pop())
    }

    /// Employments by the organization.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn employments(
        &self,
        organization: OrganizationId,
        keyset: Keyset,
    ) -> sqlx::Result<Slice<Employment>> {
        let mut db = self.pool.acquire().await?;
        let rows = select(&mut db, organization, None, keyset.after, keyset.fetch()).await?;
        Ok(keyset.cut(rows, |it| it.id.as_uuid()))
    }
}

impl UnitOfWork {
    /// An employment by this organization.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn employment(&mut self, id: EmployeeId) -> sqlx::Result<Option<Employment>> {
        let organization = self.organization.id;
        let one = [id.as_uuid()];
        Ok(select(self.connection(), organization, Some(&one), None, 1)
            .await?
            .pop())
    }

    /// The only employment that is left, if it is the only one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn only_employment(&mut self) -> sqlx::Result<Option<Employment>> {
        let organization = self.organization.id;
        let two = select(self.connection(), organization, None, None, 2).await?;
        let mut two = two.into_iter();
        Ok(two.next().filter(|_| two.next().is_none()))
    }

    /// How many people the organization employs.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn count_employments(&mut self) -> sqlx::Result<i64> {
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM employment WHERE organization_id = $1"#,
            self.organization.id.0
        );
        count.fetch_one(self.connection()).await
    }

    /// Begins an employment, unless the user has one here.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn hire(
        &mut self,
        user: UserId,
        new: &NewEmployment,
    ) -> sqlx::Result<Option<Employment>> {
        let inserted = sqlx::query!(
            "INSERT INTO employment (id, organization_id, user_id, name, administrator, roles, schedule)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT ON CONSTRAINT employment_one_per_user DO NOTHING",
            new.id.as_uuid(),
            self.organization.id.0,
            user.as_uuid(),
            new.name.as_str(),
            new.roles.administrator,
            Json(&new.roles.system) as _,
            new.schedule.as_ref().map(Json) as _,
        )
        .execute(self.connection())
        .await?;
        if inserted.rows_affected() == 0 {
            return Ok(None);
        }
        self.publish_employment(new.id).await.map(Some)
    }

    /// Stores name, roles and schedule, which is all of an employment but its location roles.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn save_employment(&mut self, changed: &Employment) -> sqlx::Result<Employment> {
        sqlx::query!(
            "UPDATE employment
                SET name = $2, administrator = $3, roles = $4, schedule = $5, version = version + 1
              WHERE id = $1",
            changed.id.as_uuid(),
            changed.name.as_str(),
            changed.roles.administrator,
            Json(&changed.roles.system) as _,
            changed.schedule.as_ref().map(Json) as _,
        )
        .execute(self.connection())
        .await?;
        self.publish_employment(changed.id).await
    }

    /// Replaces the roles held at single locations.
    ///
    /// # Errors
    ///
    /// When the database fails, or one of them is not a location of this organization.
    pub async fn save_location_roles(
        &mut self,
        id: EmployeeId,
        roles: &RolesAt,
    ) -> sqlx::Result<Employment> {
        sqlx::query!(
            "DELETE FROM employment_location WHERE employee_id = $1",
            id.as_uuid()
        )
        .execute(self.connection())
        .await?;
        sqlx::query!(
            "INSERT INTO employment_location (organization_id, employee_id, location_id, roles)
             SELECT $1, $2, key::uuid, value FROM jsonb_each($3)",
            self.organization.id.0,
            id.as_uuid(),
            Json(roles) as _,
        )
        .execute(self.connection())
        .await?;
        self.touch_employments(&[id.as_uuid()]).await?;
        self.publish_employment(id).await
    }

    /// Ends an employment, and with it everything that was granted through it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end_employment(&mut self, ended: &Employment) -> sqlx::Result<()> {
        let teams = self.teams_of(ended.id).await?;
        sqlx::query!("DELETE FROM employment WHERE id = $1", ended.id.as_uuid())
            .execute(self.connection())
            .await?;
        self.removed(Aggregate::Employment(ended));
        self.touch_teams(&teams).await.map(drop)
    }

    /// Publishes the employments and teams that hold roles at a location which is about to be
    /// removed, without those roles. They count for nothing any more: nothing stands there.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget_location(&mut self, location: LocationId) -> sqlx::Result<()> {
        let employees = sqlx::query_scalar!(
            "DELETE FROM employment_location WHERE location_id = $1 RETURNING employee_id",
            location.as_uuid()
        )
        .fetch_all(self.connection())
        .await?;
        self.touch_employments(&employees).await?;
        let organization = self.organization.id;
        let all = select(
            self.connection(),
            organization,
            Some(&employees),
            None,
            i64::MAX,
        );
        for employment in all.await? {
            self.changed(Aggregate::Employment(&employment))?;
        }
        let teams = sqlx::query_scalar!(
            "DELETE FROM team_location WHERE location_id = $1 RETURNING team_id",
            location.as_uuid()
        )
        .fetch_all(self.connection())
        .await?;
        let teams: Vec<_> = teams.into_iter().map(TeamId::from).collect();
        self.touch_teams(&teams).await.map(drop)
    }

    /// Whether at one of the locations as many people hold roles as may.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn is_full(&mut self, locations: &[LocationId]) -> sqlx::Result<bool> {
        let locations: Vec<_> = locations.iter().map(|id| id.as_uuid()).collect();
        let full = sqlx::query_scalar!(
            r#"SELECT EXISTS (
                   SELECT FROM employment_location WHERE location_id = ANY($1)
                    GROUP BY location_id HAVING count(*) >= $2
               ) AS "full!""#,
            &locations,
            PEOPLE_AT_LOCATION,
        );
        full.fetch_one(self.connection()).await
    }

    async fn touch_employments(&mut self, ids: &[Uuid]) -> sqlx::Result<()> {
        sqlx::query!(
            "UPDATE employment SET version = version + 1 WHERE id = ANY($1)",
            ids
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Reads back what was written, so that what is published is what is stored.
    async fn publish_employment(&mut self, id: EmployeeId) -> sqlx::Result<Employment> {
        let stored = self.employment(id).await?.ok_or(sqlx::Error::RowNotFound)?;
        self.changed(Aggregate::Employment(&stored))?;
        Ok(stored)
    }
}
