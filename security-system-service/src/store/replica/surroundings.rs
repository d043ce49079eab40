//! What is kept here of where employments reach that come from elsewhere.

use access::{
    CustomerId, DealerId, EmployeeId, Employment, Location, LocationId, Organization, ProviderId,
    Team, UserId,
};
use jiff::Timestamp;
use outbox::ConsistencyToken;
use sqlx::types::Json;
use uuid::Uuid;

use super::Prospect;
use crate::authorization::Candidates;
use crate::store::rows::token;
use crate::store::{Store, StoreError};

/// What the replica holds of some locations, and of the teams of some employments, as of one instant.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    /// Those of the locations that there are.
    pub(crate) locations: Vec<Location>,
    /// The teams that the employments belong to, of organizations that have a say there.
    pub(crate) teams: Vec<Team>,
    /// Whether there may be more: a message that could not be applied may concern them.
    pub(crate) concerned: bool,
    /// As [of which moment](super::decision::Replicated::as_of).
    pub(crate) as_of: Option<Timestamp>,
}

struct Row {
    locations: Json<Vec<Location>>,
    teams: Json<Vec<Team>>,
    concerned: bool,
    as_of: Option<jiff_sqlx::Timestamp>,
    reached: String,
}

struct ProspectRow {
    locations: Vec<Uuid>,
    dealers: Vec<Uuid>,
    concerned: bool,
    as_of: Option<jiff_sqlx::Timestamp>,
    reached: String,
}

impl Store {
    /// All that bears on a user with these employments at these locations, save the employments. With it, how
    /// far all sources had come.
    pub(crate) async fn surroundings(
        &self,
        user: UserId,
        employments: &[EmployeeId],
        locations: &[LocationId],
        sources: &[&str],
    ) -> Result<(ConsistencyToken, Surroundings), StoreError> {
        let employments: Vec<Uuid> = employments.iter().copied().map(Uuid::from).collect();
        let locations: Vec<Uuid> = locations.iter().copied().map(Uuid::from).collect();
        let row = sqlx::query_as!(
            Row,
            r#"
            with here as (
                select l.id, l.name, l.customer_id, customer.name as customer_name, l.dealer_id, dealer.provider_id
                from known_location l
                -- Only for its name, which decides nothing: the last that was heard will do.
                left join organization customer on (customer.id, customer.generation) = (l.customer_id, l.generation)
                left join known_organization dealer on dealer.id = l.dealer_id
                where l.id = any($3)
            ),
            ours as (
                select t.id, t.name, t.organization_id, o.kind, t.roles,
                       array(select unnest(t.members) intersect select unnest($2::uuid[])) as members
                from known_team t
                join known_organization o on o.id = t.organization_id
                where t.members && $2
                  and exists (select from here where t.organization_id in (customer_id, dealer_id, provider_id))
            )
            select
                (select coalesce(jsonb_agg(jsonb_build_object(
                    'id', id, 'name', name,
                    'customer', customer_id, 'customerName', coalesce(customer_name, ''),
                    'dealer', dealer_id, 'provider', provider_id
                )), '[]') from here) as "locations!: Json<Vec<Location>>",
                (select coalesce(jsonb_agg(jsonb_build_object(
                    'id', id, 'name', name,
                    'organization', jsonb_build_object('kind', kind, 'id', organization_id),
                    'members', members, 'roles', roles
                )), '[]') from ours) as "teams!: Json<Vec<Team>>",
                exists (
                    select from concern c
                    where not c.legible
                       or $1 = any (c.users)
                       or c.locations && $3
                       or exists (
                           select from here
                           where c.organizations && array[customer_id, dealer_id, provider_id]
                       )
                ) as "concerned!",
                standing.as_of,
                standing.reached as "reached!"
            from outbox.standing($4) standing
            "#,
            user.as_uuid(),
            &employments,
            &locations,
            sources as _,
        )
        .fetch_one(&self.pool)
        .await?;
        let found = Surroundings {
            locations: row.locations.0,
            teams: row.teams.0,
            concerned: row.concerned,
            as_of: row.as_of.map(jiff_sqlx::Timestamp::to_jiff),
        };
        Ok((token(&row.reached)?, found))
    }

    /// Where to look for what a user with these employments may view. Each system that is found there is judged by itself
    /// afterwards. With it, how far all sources had come.
    pub(crate) async fn prospect_of(
        &self,
        user: UserId,
        employments: &[Employment],
        sources: &[&str],
    ) -> Result<(ConsistencyToken, Prospect), StoreError> {
        let ids: Vec<Uuid> = employments.iter().map(|held| held.id.as_uuid()).collect();
        let held: Vec<_> = employments.iter().map(|held| held.organization).collect();
        let employers: Vec<Uuid> = held.iter().map(|employer| employer.id()).collect();
        let everywhere = employments.iter().filter(|held| !held.roles.is_empty());
        let everywhere = Everywhere::of(everywhere.map(|held| held.organization));
        let providers: Vec<_> = everywhere.providers.into_iter().map(Uuid::from).collect();
        let row = sqlx::query_as!(
            ProspectRow,
            r#"
            select
                array(
                    select key::uuid from known_team t, jsonb_object_keys(t.roles) key where t.members && $2
                ) as "locations!",
                array(
                    select id from known_organization where provider_id = any ($4)
                ) as "dealers!",
                exists (
                    select from concern c
                    where not c.legible
                       or $1 = any (c.users)
                       or c.organizations && $3
                       or exists (
                           select from organization dealer
                           where dealer.provider_id = any ($3) and not dealer.removed
                             and dealer.id = any (c.organizations)
                       )
                ) as "concerned!",
                standing.as_of,
                standing.reached as "reached!"
            from outbox.standing($5) standing
            "#,
            user.as_uuid(),
            &ids,
            &employers,
            &providers,
            sources as _,
        )
        .fetch_one(&self.pool)
        .await?;
        let own = employments
            .iter()
            .flat_map(|held| held.location_roles.keys());
        let by_teams = row.locations.into_iter().map(LocationId::from);
        let appointed = row.dealers.into_iter().map(DealerId::from);
        let found = Prospect {
            candidates: Candidates {
                customers: everywhere.customers,
                locations: by_teams.chain(own.copied()).collect(),
                dealers: everywhere.dealers.into_iter().chain(appointed).collect(),
                ..Candidates::default()
            },
            concerned: row.concerned,
            as_of: row.as_of.map(jiff_sqlx::Timestamp::to_jiff),
        };
        Ok((token(&row.reached)?, found))
    }
}

/// Organizations by their kinds.
#[derive(Default)]
struct Everywhere {
    customers: Vec<CustomerId>,
    dealers: Vec<DealerId>,
    providers: Vec<ProviderId>,
}

impl Everywhere {
    fn of(organizations: impl Iterator<Item = Organization>) -> Self {
        let mut all = Self::default();
        for organization in organizations {
            match organization {
                Organization::Customer(id) => all.customers.push(id),
                Organization::Dealer(id) => all.dealers.push(id),
                Organization::Provider(id) => all.providers.push(id),
            }
        }
        all
    }
}
