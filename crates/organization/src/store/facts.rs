//! What the owners of facts tell, all of it read at one instant.

use std::collections::BTreeSet;

use access::{Employment, LocationId, Schedule, SystemRole, Team, UserId};
use outbox::Position;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::{Keyset, Slice, Standing, Store, roster};
use crate::Kind;
use crate::domain::{OrganizationId, RolesAt};

/// The database at one instant, whatever is written meanwhile.
pub struct Snapshot {
    tx: Transaction<'static, Postgres>,
    /// The position up to which the outbox, and so everything in here, had come.
    pub position: Position,
}

/// Whose facts, and about what.
#[derive(Debug, Clone, Copy)]
pub struct Relevant {
    /// Whose.
    pub user: UserId,
    /// By which organization; by any, if absent.
    pub by: Option<OrganizationId>,
    /// At which location; everywhere, if absent.
    pub at: Option<LocationId>,
}

impl Relevant {
    fn organization(self) -> Option<Uuid> {
        self.by.map(|organization| organization.0)
    }

    fn location(self) -> Option<Uuid> {
        self.at.map(LocationId::as_uuid)
    }
}

impl Store {
    /// The database as it is now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn snapshot(&self) -> sqlx::Result<Snapshot> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut tx = database::begin_with(&self.pool, begin).await?;
        let position = outbox::head(&mut tx).await?;
        Ok(Snapshot { tx, position })
    }
}

impl Snapshot {
    /// The connection, for the tables that only one kind of organization has.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// What the user is in the organization.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn standing(
        &mut self,
        organization: OrganizationId,
        user: UserId,
    ) -> sqlx::Result<Standing> {
        roster::standing(&mut *self.tx, organization, user).await
    }

    /// The employments of a user, with the location roles that are relevant.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn employments(
        &mut self,
        kind: &Kind,
        relevant: Relevant,
        keyset: Keyset,
    ) -> sqlx::Result<Slice<Employment>> {
        let rows = sqlx::query!(
            r#"SELECT employment.id, organization_id, user_id, organization.name,
                      roles AS "roles: Json<BTreeSet<SystemRole>>",
                      schedule AS "schedule: Json<Schedule>",
                      (SELECT coalesce(jsonb_object_agg(at.location_id, at.roles), '{}')
                         FROM employment_location at
                        WHERE at.employee_id = employment.id
                          AND ($3::uuid IS NULL OR at.location_id = $3))
                          AS "location_roles!: Json<RolesAt>"
                 FROM employment JOIN organization ON organization.id = organization_id
                WHERE user_id = $1
                  AND ($2::uuid IS NULL OR organization_id = $2)
                  AND ($4::uuid IS NULL OR employment.id > $4)
                ORDER BY employment.id LIMIT $5"#,
            relevant.user.as_uuid(),
            relevant.organization(),
            relevant.location(),
            keyset.after,
            keyset.fetch(),
        )
        .map(|row| Employment {
            id: row.id.into(),
            user: row.user_id.into(),
            organization: (kind.organization)(OrganizationId(row.organization_id)),
            organization_name: row.name,
            roles: row.roles.0,
            location_roles: row.location_roles.0,
            schedule: row.schedule.map(|schedule| schedule.0),
        })
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(keyset.cut(rows, |employment| employment.id.as_uuid()))
    }

    /// The teams that these employments belong to, with the roles that are relevant, and with no
    /// other members. A team without a relevant role counts too: it is where one may be missing.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn teams(
        &mut self,
        kind: &Kind,
        relevant: Relevant,
        employments: &[Employment],
    ) -> sqlx::Result<Vec<Team>> {
        let employees: Vec<_> = employments.iter().map(|it| it.id.as_uuid()).collect();
        sqlx::query!(
            r#"SELECT id, team.organization_id, name,
                      array_agg(member.employee_id) AS "members!",
                      (SELECT coalesce(jsonb_object_agg(at.location_id, at.roles), '{}')
                         FROM team_location at
                        WHERE at.team_id = team.id AND ($2::uuid IS NULL OR at.location_id = $2))
                          AS "roles!: Json<RolesAt>"
                 FROM team JOIN team_member member ON member.team_id = team.id
                WHERE member.employee_id = ANY($1)
                GROUP BY team.id
                ORDER BY team.id"#,
            &employees,
            relevant.location(),
        )
        .map(|row| Team {
            id: row.id.into(),
            name: row.name,
            organization: (kind.organization)(OrganizationId(row.organization_id)),
            members: row.members.into_iter().map(Into::into).collect(),
            roles: row.roles.0,
        })
        .fetch_all(&mut *self.tx)
        .await
    }
}
