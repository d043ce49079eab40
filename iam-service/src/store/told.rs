//! What the organizations' services told of facts, in the words of the law.

use access::{Employment, Facts, Location, Organization, Reach, Team, UserId};
use iam_claims::MOST_LOCATIONS;
use jiff::Timestamp;
use outbox::{ConsistencyToken, Event};
use serde::Deserialize;
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::{Result, Store, corrupt};

/// Who tells of facts.
const SOURCES: [&str; 3] = [
    customer_events::SOURCE,
    dealer_events::SOURCE,
    monitoring_events::SOURCE,
];

/// What is known about a person, as of one instant.
#[derive(Debug)]
pub struct Told {
    /// What is granted.
    pub facts: Facts,
    /// Where an employer has a say, or a team holds a role; nothing, if that is too much.
    pub locations: Option<Vec<Location>>,
    /// Whether there may be more: a message that could not be applied may concern the person.
    pub concerned: bool,
    /// How far each source had come.
    pub facts_at: ConsistencyToken,
    /// The moment of which everything is known that any of the sources had said by then; nothing, if one was never
    /// heard of, or only before this was kept.
    pub as_of: Option<Timestamp>,
}

/// A person's active employments.
#[derive(Default)]
struct Employed {
    employments: Vec<Employment>,
    /// Whether of an employer nothing is known, or not what was said last.
    by_unknown: bool,
}

/// Where the replica stands, and whether that is all that bears on a person.
struct Standing {
    reached: ConsistencyToken,
    as_of: Option<Timestamp>,
    concerned: bool,
}

/// Stores what `event` says, unless something later is stored already.
pub(crate) async fn keep(db: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into told (generation, id, source, aggregate, epoch, version, state)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (generation, id) do update
         set epoch = excluded.epoch, version = excluded.version, state = excluded.state
         where (told.epoch, told.version) < (excluded.epoch, excluded.version)",
        event.generation,
        event.id,
        event.source,
        event.aggregate,
        event.position.epoch,
        event.version,
        event.state.clone(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes so much of what belongs to a generation that another has replaced, and says how much it was.
pub(crate) async fn discard(
    db: &mut PgConnection,
    generation: i64,
    most: i64,
) -> sqlx::Result<u64> {
    let discarded = sqlx::query!(
        "delete from told where ctid = any (array(select ctid from told where generation = $1 limit $2))",
        generation,
        most,
    );
    Ok(discarded.execute(db).await?.rows_affected())
}

/// An employment in the language of whoever told of it. Not in the one that it looks like: each names another kind of
/// organization, and nobody grants for another's.
fn employment(source: &str, state: Value, organization_name: String) -> Result<Option<Employment>> {
    use {customer_events as customers, dealer_events as dealers, monitoring_events as monitoring};
    let employment = match source {
        customers::SOURCE => customers::EmploymentState::deserialize(state)
            .map(|state| state.employment(organization_name)),
        dealers::SOURCE => dealers::EmploymentState::deserialize(state)
            .map(|state| state.employment(organization_name)),
        monitoring::SOURCE => monitoring::EmploymentState::deserialize(state)
            .map(|state| state.employment(organization_name)),
        _ => Ok(None),
    };
    employment.map_err(corrupt)
}

/// A team, likewise.
fn team(source: &str, state: Value) -> Result<Option<Team>> {
    use {customer_events as customers, dealer_events as dealers, monitoring_events as monitoring};
    let team = match source {
        customers::SOURCE => customers::TeamState::deserialize(state).map(|it| Some(it.team())),
        dealers::SOURCE => dealers::TeamState::deserialize(state).map(|it| Some(it.team())),
        monitoring::SOURCE => monitoring::TeamState::deserialize(state).map(|it| Some(it.team())),
        _ => Ok(None),
    };
    team.map_err(corrupt)
}

impl Store {
    /// All that is known about a person. With it, how far all sources had come.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn told(&self, user: UserId) -> Result<(ConsistencyToken, Told)> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut told = Telling(database::begin_with(&self.pool, begin).await?);
        let employed = told.employed(user).await?;
        let teams = told.teams(&employed.employments).await?;
        let facts = Facts {
            location: None,
            employments: employed.employments,
            teams,
        };
        let standing = told.standing(user, &facts).await?;
        let locations = told.locations(user, &facts).await?;
        let told = Told {
            facts,
            locations,
            concerned: standing.concerned || employed.by_unknown,
            facts_at: standing.reached.of_sources(&SOURCES),
            as_of: standing.as_of,
        };
        Ok((standing.reached, told))
    }
}

/// The tables at one instant.
struct Telling(Transaction<'static, Postgres>);

impl Telling {
    async fn employed(&mut self, user: UserId) -> Result<Employed> {
        let rows = sqlx::query!(
            r#"select e.source as "source!", e.state as "state!", o.state ->> 'name' as organization
               from known e
               left join known o on o.source = e.source and o.id = coalesce(
                   e.state ->> 'customerId', e.state ->> 'dealerId', e.state ->> 'monitoringProviderId'
               )::uuid
               where e.aggregate = 'employment' and e.state ->> 'userId' = $1
               order by e.source, e.id"#,
            user.to_string(),
        );
        let mut employed = Employed::default();
        for row in rows.fetch_all(&mut *self.0).await? {
            let by_unknown = row.organization.is_none();
            let name = row.organization.unwrap_or_default();
            if let Some(employment) = employment(&row.source, row.state, name)? {
                employed.by_unknown |= by_unknown;
                employed.employments.push(employment);
            }
        }
        Ok(employed)
    }

    async fn teams(&mut self, employments: &[Employment]) -> Result<Vec<Team>> {
        let members: Vec<_> = employments.iter().map(|it| it.id.to_string()).collect();
        let rows = sqlx::query!(
            r#"select source as "source!", state as "state!" from known
               where aggregate = 'team' and state -> 'members' ?| $1"#,
            &members,
        );
        let rows = rows.fetch_all(&mut *self.0).await?.into_iter();
        rows.filter_map(|row| team(&row.source, row.state).transpose())
            .collect()
    }

    async fn standing(&mut self, user: UserId, facts: &Facts) -> Result<Standing> {
        let employers = facts.employments.iter().map(|it| it.organization.id());
        let row = sqlx::query!(
            r#"select case when not exists (
                          select from outbox.inbox i join told_from on i.generation < told_from.generation
                          where i.serving and i.source = any ($3)
                      ) then standing.as_of end as as_of,
                      standing.reached as "reached!",
                      exists (
                          select from concern c
                          where not c.legible
                             or c.aggregate is null or c.aggregate in ('dealer', 'location')
                             or $1 = any (c.users)
                             or c.organizations && $2
                      ) as "concerned!"
               from outbox.standing($3) standing"#,
            user.as_uuid(),
            &employers.collect::<Vec<Uuid>>(),
            &SOURCES[..] as _,
        );
        let row = row.fetch_one(&mut *self.0).await?;
        Ok(Standing {
            reached: row.reached.parse().map_err(corrupt)?,
            as_of: row.as_of.map(jiff_sqlx::Timestamp::to_jiff),
            concerned: row.concerned,
        })
    }

    async fn locations(&mut self, user: UserId, facts: &Facts) -> Result<Option<Vec<Location>>> {
        let (mut dealers, mut providers) = (Vec::new(), Vec::new());
        for organization in Reach::of(user, facts).organizations {
            match organization {
                Organization::Customer(_) => {}
                Organization::Dealer(dealer) => dealers.push(dealer.to_string()),
                Organization::Provider(provider) => providers.push(provider.to_string()),
            }
        }
        let by_teams = facts.teams.iter().flat_map(|team| team.roles.keys());
        let by_teams: Vec<_> = by_teams.map(|at| at.as_uuid()).collect();
        let rows = sqlx::query!(
            r#"select l.state as "state!: Json<customer_events::LocationState>", (d.state ->> 'monitoringProviderId')::uuid as provider
               from (
                   select id, state from known where aggregate = 'location' and source = $5 and id = any ($1)
                   union
                   select id, state from known where aggregate = 'location' and source = $5 and state ->> 'dealerId' = any (
                       $2::text[] || array(
                           select id::text from known
                           where aggregate = 'dealer' and source = $6 and state ->> 'monitoringProviderId' = any ($3)
                       )
                   )
               ) l
               left join known d on (d.source, d.id) = ($6, (l.state ->> 'dealerId')::uuid)
               order by l.id limit $4"#,
            &by_teams,
            &dealers,
            &providers,
            i64::try_from(MOST_LOCATIONS + 1).unwrap_or(i64::MAX),
            customer_events::SOURCE,
            dealer_events::SOURCE,
        );
        let rows = rows.fetch_all(&mut *self.0).await?;
        let fits = rows.len() <= MOST_LOCATIONS;
        let locations = rows.into_iter().map(|row| Location {
            provider: row.provider.map(Into::into),
            ..row.state.0.location()
        });
        Ok(fits.then(|| locations.collect()))
    }
}
