//! Teams, their members, and their roles at locations.

use std::collections::BTreeSet;

use access::{EmployeeId, LocationId, SystemRole, TeamId, UserId};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Keyset, Slice, Store, UnitOfWork};
use crate::Aggregate;
use crate::domain::{Name, OrganizationId, RolesAt, Team, Version};

struct Row {
    id: Uuid,
    organization_id: Uuid,
    name: String,
    members: Vec<Uuid>,
    roles: Json<RolesAt>,
    version: i64,
}

impl From<Row> for Team {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            organization: OrganizationId(row.organization_id),
            name: Name::stored(row.name),
            members: row.members.into_iter().map(EmployeeId::from).collect(),
            roles: row.roles.0,
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
) -> sqlx::Result<Vec<Team>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, organization_id, name, version,
                  ARRAY(SELECT member.employee_id FROM team_member member
                         WHERE member.team_id = team.id) AS "members!",
                  (SELECT coalesce(jsonb_object_agg(at.location_id, at.roles), '{}')
                     FROM team_location at WHERE at.team_id = team.id) AS "roles!: Json<RolesAt>"
             FROM team
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
    /// A team of the organization.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn team(
        &self,
        organization: OrganizationId,
        id: TeamId,
    ) -> sqlx::Result<Option<Team>> {
        let mut db = self.pool.acquire().await?;
        let one = [id.as_uuid()];
        Ok(select(&mut db, organization, Some(&one), None, 1)
            .await?
            .pop())
    }

    /// Teams of the organization.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn teams(
        &self,
        organization: OrganizationId,
        keyset: Keyset,
    ) -> sqlx::Result<Slice<Team>> {
        let mut db = self.pool.acquire().await?;
        let rows = select(&mut db, organization, None, keyset.after, keyset.fetch()).await?;
        Ok(keyset.cut(rows, |it| it.id.as_uuid()))
    }
}

impl UnitOfWork {
    /// A team of this organization.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn team(&mut self, id: TeamId) -> sqlx::Result<Option<Team>> {
        let organization = self.organization.id;
        let one = [id.as_uuid()];
        Ok(select(self.connection(), organization, Some(&one), None, 1)
            .await?
            .pop())
    }

    /// Who its members are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn users_in(&mut self, team: TeamId) -> sqlx::Result<BTreeSet<UserId>> {
        let users = sqlx::query_scalar!(
            "SELECT user_id FROM employment JOIN team_member ON employee_id = id WHERE team_id = $1",
            team.as_uuid()
        )
        .fetch_all(self.connection())
        .await?;
        Ok(users.into_iter().map(UserId::from).collect())
    }

    /// The teams that an employment belongs to.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn teams_of(&mut self, member: EmployeeId) -> sqlx::Result<Vec<TeamId>> {
        let teams = sqlx::query_scalar!(
            "SELECT team_id FROM team_member WHERE employee_id = $1",
            member.as_uuid()
        )
        .fetch_all(self.connection())
        .await?;
        Ok(teams.into_iter().map(TeamId::from).collect())
    }

    /// How many teams the organization has.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn count_teams(&mut self) -> sqlx::Result<i64> {
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM team WHERE organization_id = $1"#,
            self.organization.id.0
        );
        count.fetch_one(self.connection()).await
    }

    /// At how many locations they hold roles, each team's counted for itself.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn count_team_roles(&mut self) -> sqlx::Result<i64> {
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM team JOIN team_location at ON at.team_id = team.id
                WHERE team.organization_id = $1"#,
            self.organization.id.0
        );
        count.fetch_one(self.connection()).await
    }

    /// Makes a team.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn create_team(&mut self, id: TeamId, name: &Name) -> sqlx::Result<Team> {
        sqlx::query!(
            "INSERT INTO team (id, organization_id, name) VALUES ($1, $2, $3)",
            id.as_uuid(),
            self.organization.id.0,
            name.as_str(),
        )
        .execute(self.connection())
        .await?;
        let team = self.publish_teams(&[id.as_uuid()]).await?.pop();
        team.ok_or(sqlx::Error::RowNotFound)
    }

    /// Gives the team another name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rename_team(&mut self, id: TeamId, name: &Name) -> sqlx::Result<Team> {
        sqlx::query!(
            "UPDATE team SET name = $2 WHERE id = $1",
            id.as_uuid(),
            name.as_str()
        )
        .execute(self.connection())
        .await?;
        self.touch_team(id).await
    }

    /// Removes the team, and with it everything that was granted through it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_team(&mut self, team: &Team) -> sqlx::Result<()> {
        sqlx::query!("DELETE FROM team WHERE id = $1", team.id.as_uuid())
            .execute(self.connection())
            .await?;
        self.removed(Aggregate::Team(team));
        Ok(())
    }

    /// Makes the employee a member.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn add_member(&mut self, team: TeamId, member: EmployeeId) -> sqlx::Result<Team> {
        sqlx::query!(
            "INSERT INTO team_member (organization_id, team_id, employee_id) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            self.organization.id.0,
            team.as_uuid(),
            member.as_uuid(),
        )
        .execute(self.connection())
        .await?;
        self.touch_team(team).await
    }

    /// Makes the employee a member no more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_member(&mut self, team: TeamId, member: EmployeeId) -> sqlx::Result<Team> {
        sqlx::query!(
            "DELETE FROM team_member WHERE team_id = $1 AND employee_id = $2",
            team.as_uuid(),
            member.as_uuid(),
        )
        .execute(self.connection())
        .await?;
        self.touch_team(team).await
    }

    /// Replaces the roles that the team holds at one location; none is none. `None` if the
    /// service keeps locations and this is not one of the organization's.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn save_team_roles(
        &mut self,
        team: TeamId,
        location: LocationId,
        roles: &BTreeSet<SystemRole>,
    ) -> sqlx::Result<Option<Team>> {
        sqlx::query!(
            "DELETE FROM team_location WHERE team_id = $1 AND location_id = $2",
            team.as_uuid(),
            location.as_uuid(),
        )
        .execute(self.connection())
        .await?;
        if !roles.is_empty() {
            let insert = sqlx::query!(
                "INSERT INTO team_location (organization_id, team_id, location_id, roles)
                 VALUES ($1, $2, $3, $4)",
                self.organization.id.0,
                team.as_uuid(),
                location.as_uuid(),
                Json(roles) as _,
            );
            match insert.execute(self.connection()).await {
                Err(sqlx::Error::Database(e)) if e.is_foreign_key_violation() => return Ok(None),
                done => done?,
            };
        }
        self.touch_team(team).await.map(Some)
    }

    /// Publishes teams that something changed about.
    pub(super) async fn touch_teams(&mut self, ids: &[TeamId]) -> sqlx::Result<Vec<Team>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let teams: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
        sqlx::query!(
            "UPDATE team SET version = version + 1 WHERE id = ANY($1)",
            &teams
        )
        .execute(self.connection())
        .await?;
        self.publish_teams(&teams).await
    }

    async fn touch_team(&mut self, id: TeamId) -> sqlx::Result<Team> {
        let team = self.touch_teams(&[id]).await?.pop();
        team.ok_or(sqlx::Error::RowNotFound)
    }

    /// Reads back what was written, so that what is published is what is stored.
    async fn publish_teams(&mut self, ids: &[Uuid]) -> sqlx::Result<Vec<Team>> {
        let organization = self.organization.id;
        let stored = select(self.connection(), organization, Some(ids), None, i64::MAX).await?;
        for team in &stored {
            self.changed(Aggregate::Team(team))?;
        }
        Ok(stored)
    }
}
