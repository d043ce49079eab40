//! The rows of the replica. A state is stored only over an older one, whatever order events come in.

use access::{Employment, Location, Team};
use outbox::Event;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// A customer, a dealer or a monitoring provider.
#[derive(Debug)]
pub(crate) struct Organization {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// The provider that a dealer appointed.
    pub(crate) provider: Option<Uuid>,
}

/// What an event tells of an aggregate: its state, or that it is gone.
#[derive(Debug)]
pub(crate) enum News {
    Organization(Option<Organization>),
    Location(Option<Location>),
    Employment(Option<Employment>),
    Team(Option<Team>),
}

/// Keeps that an aggregate is gone, beside the last that was said of it.
macro_rules! gone {
    ($table:tt, $event:expr) => {
        sqlx::query!(
            "insert into "
                + $table
                + " as kept (id, generation, source, epoch, version, removed)
             values ($1, $2, $3, $4, $5, true)
             on conflict (id, generation) do update
             set epoch = excluded.epoch, version = excluded.version, removed = true
             where (kept.epoch, kept.version) < (excluded.epoch, excluded.version)",
            $event.id,
            $event.generation,
            $event.source,
            $event.position.epoch,
            $event.version,
        )
    };
}

impl News {
    /// Keeps what the event tells.
    pub(crate) async fn keep(self, db: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
        let gone = match self {
            Self::Organization(Some(told)) => return told.keep(db, event).await,
            Self::Location(Some(told)) => return told.keep(db, event).await,
            Self::Employment(Some(told)) => return told.keep(db, event).await,
            Self::Team(Some(told)) => return told.keep(db, event).await,
            Self::Organization(None) => gone!("organization", event),
            Self::Location(None) => gone!("location", event),
            Self::Employment(None) => gone!("employment", event),
            Self::Team(None) => gone!("team", event),
        };
        gone.execute(db).await?;
        Ok(())
    }
}

/// A state that is kept.
trait State {
    /// Keeps it, as the event tells it.
    async fn keep(self, db: &mut PgConnection, event: &Event) -> sqlx::Result<()>;
}

impl State for Organization {
    async fn keep(self, db: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
        sqlx::query!(
            "insert into organization as kept (id, generation, source, epoch, version, removed, kind, name, provider_id)
             values ($1, $2, $3, $4, $5, false, $6, $7, $8)
             on conflict (id, generation) do update
             set epoch = excluded.epoch, version = excluded.version, removed = false,
                 name = excluded.name, provider_id = excluded.provider_id
             where (kept.epoch, kept.version) < (excluded.epoch, excluded.version)",
            event.id, event.generation, event.source, event.position.epoch, event.version,
            self.kind, self.name, self.provider,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

impl State for Location {
    async fn keep(self, db: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
        sqlx::query!(
            "insert into location as kept (id, generation, source, epoch, version, removed, name, customer_id, dealer_id)
             values ($1, $2, $3, $4, $5, false, $6, $7, $8)
             on conflict (id, generation) do update
             set epoch = excluded.epoch, version = excluded.version, removed = false,
                 name = excluded.name, customer_id = excluded.customer_id, dealer_id = excluded.dealer_id
             where (kept.epoch, kept.version) < (excluded.epoch, excluded.version)",
            event.id, event.generation, event.source, event.position.epoch, event.version,
            self.name, self.customer.as_uuid(), self.dealer.map(Uuid::from),
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

impl State for Employment {
    async fn keep(self, db: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
        sqlx::query!(
            "insert into employment as kept (id, generation, source, epoch, version, removed, user_id, organization_id,
                                     roles, location_roles, schedule)
             values ($1, $2, $3, $4, $5, false, $6, $7, $8, $9, $10)
             on conflict (id, generation) do update
             set epoch = excluded.epoch, version = excluded.version, removed = false,
                 user_id = excluded.user_id, organization_id = excluded.organization_id,
                 roles = excluded.roles, location_roles = excluded.location_roles, schedule = excluded.schedule
             where (kept.epoch, kept.version) < (excluded.epoch, excluded.version)",
            event.id, event.generation, event.source, event.position.epoch, event.version,
            self.user.as_uuid(), self.organization.id(),
            Json(self.roles) as _, Json(self.location_roles) as _, self.schedule.map(Json) as _,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

impl State for Team {
    async fn keep(self, db: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
        let members: Vec<Uuid> = self.members.into_iter().map(Uuid::from).collect();
        sqlx::query!(
            "insert into team as kept (id, generation, source, epoch, version, removed, organization_id, name, members, roles)
             values ($1, $2, $3, $4, $5, false, $6, $7, $8, $9)
             on conflict (id, generation) do update
             set epoch = excluded.epoch, version = excluded.version, removed = false,
                 organization_id = excluded.organization_id, name = excluded.name,
                 members = excluded.members, roles = excluded.roles
             where (kept.epoch, kept.version) < (excluded.epoch, excluded.version)",
            event.id, event.generation, event.source, event.position.epoch, event.version,
            self.organization.id(), self.name, &members, Json(self.roles) as _,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

/// Deletes so many rows of a generation, whose place another has taken, of each table, and says how many these were.
pub(crate) async fn discard(
    db: &mut PgConnection,
    generation: i64,
    most: i64,
) -> sqlx::Result<u64> {
    let discarded = sqlx::query_scalar!(
        r#"with o as (delete from organization
                      where ctid = any (array(select ctid from organization where generation = $1 limit $2)) returning 1),
                l as (delete from location
                      where ctid = any (array(select ctid from location where generation = $1 limit $2)) returning 1),
                e as (delete from employment
                      where ctid = any (array(select ctid from employment where generation = $1 limit $2)) returning 1),
                t as (delete from team
                      where ctid = any (array(select ctid from team where generation = $1 limit $2)) returning 1)
           select (select count(*) from o) + (select count(*) from l) + (select count(*) from e) + (select count(*) from t)
                  as "discarded!""#,
        generation,
        most,
    );
    Ok(discarded.fetch_one(db).await?.unsigned_abs())
}
