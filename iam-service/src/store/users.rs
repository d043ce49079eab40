//! Users and the application roles granted to them.

use std::collections::BTreeSet;

use access::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use super::{Result, Tx, corrupt};
use crate::domain::id::FamilyId;
use crate::domain::user::{ApplicationRole, Email, EmployeeRole, Name, User};

/// What is needed to check a password.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Whose.
    pub user: UserId,
    /// The Argon2id hash; none before the first password is set.
    pub hash: Option<String>,
}

/// Some users in the order of their addresses.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// The users.
    pub users: Vec<User>,
    /// Where the next page begins, if there is one.
    pub next: Option<Email>,
}

struct Row {
    id: Uuid,
    email: String,
    name: String,
    has_password: bool,
    version: i64,
    roles: Vec<String>,
}

impl Row {
    fn into_user(self) -> Result<User> {
        Ok(User {
            id: self.id.into(),
            email: self.email.parse().map_err(corrupt)?,
            name: self.name.parse().map_err(corrupt)?,
            roles: self
                .roles
                .iter()
                .map(|role| role.parse())
                .collect::<std::result::Result<_, _>>()
                .map_err(corrupt)?,
            has_password: self.has_password,
            version: self.version,
        })
    }
}

impl Tx {
    /// The user of this id.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn user(&mut self, id: UserId) -> Result<Option<User>> {
        let row = sqlx::query_as!(
            Row,
            r#"select id, email, name, password_hash is not null as "has_password!", version,
                      array(select role from user_roles where user_id = id) as "roles!"
               from users where id = $1"#,
            id.as_uuid(),
        );
        row.fetch_optional(self.db())
            .await?
            .map(Row::into_user)
            .transpose()
    }

    /// The user of a family, if that is neither revoked nor of an ended session: all of it at one instant, so that whoever
    /// reads waits for nobody who revokes, and is told nothing once it is revoked.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn user_of_family(&mut self, id: FamilyId, now: Timestamp) -> Result<Option<User>> {
        let row = sqlx::query_as!(
            Row,
            r#"select u.id, u.email, u.name, u.password_hash is not null as "has_password!", u.version,
                      array(select role from user_roles where user_id = u.id) as "roles!"
               from families f join sessions s on s.id = f.session_id join users u on u.id = s.user_id
               where f.id = $1 and f.revoked_at is null and s.ended_at is null and s.expires_at > $2"#,
            id.as_uuid(),
            now.to_sqlx() as _,
        );
        row.fetch_optional(self.db())
            .await?
            .map(Row::into_user)
            .transpose()
    }

    /// The user of this id, locked until the transaction ends: nobody renames them, or signs in as them, before.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn lock_user(&mut self, id: UserId) -> Result<Option<User>> {
        let row = sqlx::query_as!(
            Row,
            r#"select id, email, name, password_hash is not null as "has_password!", version,
                      array(select role from user_roles where user_id = id) as "roles!"
               from users where id = $1 for update"#,
            id.as_uuid(),
        );
        row.fetch_optional(self.db())
            .await?
            .map(Row::into_user)
            .transpose()
    }

    /// The user of this address, locked until the transaction ends.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn lock_user_by_email(&mut self, email: &Email) -> Result<Option<User>> {
        let row = sqlx::query_as!(
            Row,
            r#"select id, email, name, password_hash is not null as "has_password!", version,
                      array(select role from user_roles where user_id = id) as "roles!"
               from users where email = $1 for update"#,
            email.as_str(),
        );
        row.fetch_optional(self.db())
            .await?
            .map(Row::into_user)
            .transpose()
    }

    /// A page of users, from the address after `after` on.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn users(&mut self, after: Option<&Email>, limit: usize) -> Result<UserPage> {
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let rows = sqlx::query_as!(
            Row,
            r#"select id, email, name, password_hash is not null as "has_password!", version,
                      array(select role from user_roles where user_id = id) as "roles!"
               from users where $1::text is null or email > $1 order by email limit $2"#,
            after.map(Email::as_str),
            one_more,
        );
        let rows = rows.fetch_all(self.db()).await?;
        let more = rows.len() > limit;
        let users = rows
            .into_iter()
            .take(limit)
            .map(Row::into_user)
            .collect::<Result<Vec<_>>>()?;
        let next = users.last().filter(|_| more).map(|user| user.email.clone());
        Ok(UserPage { users, next })
    }

    /// Stores a new user without password and roles. False when the address is taken.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn insert_user(
        &mut self,
        id: UserId,
        email: &Email,
        name: &Name,
        now: Timestamp,
    ) -> Result<bool> {
        let insert = sqlx::query!(
            "insert into users (id, email, name, version, created_at) values ($1, $2, $3, 1, $4)
             on conflict (email) do nothing",
            id.as_uuid(),
            email.as_str(),
            name.as_str(),
            now.to_sqlx() as _,
        );
        Ok(insert.execute(self.db()).await?.rows_affected() == 1)
    }

    /// Removes a user, and with it everything that hangs on it.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn delete_user(&mut self, id: UserId) -> Result<()> {
        sqlx::query!("delete from users where id = $1", id.as_uuid())
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Replaces a user's roles and returns the new version.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_roles(
        &mut self,
        id: UserId,
        roles: &BTreeSet<ApplicationRole>,
    ) -> Result<i64> {
        let names: Vec<String> = roles.iter().map(|role| role.as_str().to_owned()).collect();
        sqlx::query!(
            "delete from user_roles where user_id = $1 and role <> all($2)",
            id.as_uuid(),
            &names
        )
        .execute(self.db())
        .await?;
        sqlx::query!(
            "insert into user_roles (user_id, role) select $1, * from unnest($2::text[]) on conflict do nothing",
            id.as_uuid(),
            &names,
        )
        .execute(self.db())
        .await?;
        let version = sqlx::query_scalar!(
            "update users set version = version + 1 where id = $1 returning version",
            id.as_uuid()
        );
        Ok(version.fetch_one(self.db()).await?)
    }

    /// All administrators. Whoever asks comes after everybody who asked before and has not finished yet, so that two of
    /// them cannot remove each other.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn lock_administrators(&mut self) -> Result<BTreeSet<UserId>> {
        sqlx::query!("select pg_advisory_xact_lock(hashtext('iam-service administrators'))")
            .execute(self.db())
            .await?;
        let role = ApplicationRole::Administrator.as_str();
        let ids = sqlx::query_scalar!("select user_id from user_roles where role = $1", role);
        Ok(ids
            .fetch_all(self.db())
            .await?
            .into_iter()
            .map(UserId::from)
            .collect())
    }

    /// Whether a user is an administrator.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn is_administrator(&mut self, user: UserId) -> Result<bool> {
        let is = sqlx::query_scalar!(
            r#"select exists (select from user_roles where user_id = $1 and role = $2) as "is!""#,
            user.as_uuid(),
            ApplicationRole::Administrator.as_str(),
        );
        Ok(is.fetch_one(self.db()).await?)
    }

    /// What is needed to check a password. It does not change before the transaction ends.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn credentials(&mut self, email: &Email) -> Result<Option<Credentials>> {
        let row = sqlx::query!(
            "select id, password_hash from users where email = $1 for share",
            email.as_str()
        );
        let row = row.fetch_optional(self.db()).await?;
        Ok(row.map(|row| Credentials {
            user: row.id.into(),
            hash: row.password_hash,
        }))
    }

    /// Stores the hash of a new password.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_password(&mut self, user: UserId, hash: &str) -> Result<()> {
        sqlx::query!(
            "update users set password_hash = $2 where id = $1",
            user.as_uuid(),
            hash
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Calls a user by another name, and returns them as they are then.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn rename_user(&mut self, id: UserId, name: &Name) -> Result<Option<User>> {
        sqlx::query!(
            "update users set name = $2, version = version + 1 where id = $1 and name <> $2",
            id.as_uuid(),
            name.as_str()
        )
        .execute(self.db())
        .await?;
        self.user(id).await
    }

    /// The roles that follow from the user's active employments.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn employee_roles(&mut self, user: UserId) -> Result<BTreeSet<EmployeeRole>> {
        let roles = sqlx::query_scalar!(
            r#"select distinct role as "role!" from employments where user_id = $1 and active
               and outbox.is_known(source, generation, 'employment', employee_id)"#,
            user.as_uuid()
        );
        let roles = roles.fetch_all(self.db()).await?;
        roles
            .iter()
            .map(|role| role.parse().map_err(corrupt))
            .collect()
    }
}
