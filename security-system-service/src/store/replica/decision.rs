//! Reading what bears on decisions, in the words of the law.

use access::{Employment, Facts, Location, LocationId, Team, UserId};
use jiff::Timestamp;
use outbox::ConsistencyToken;
use sqlx::types::Json;
use uuid::Uuid;

use crate::store::rows::token;
use crate::store::{Store, StoreError};

/// What the replica holds of a user and some locations, as of one instant.
#[derive(Debug, Clone)]
pub(crate) struct Replicated {
    /// Those of the locations that there are.
    pub(crate) locations: Vec<Location>,
    /// The user's employments by the ancestors of these locations, and the teams that these employments belong to. At
    /// which of the locations is left open.
    pub(crate) facts: Facts,
    /// Whether there may be more: a message that could not be applied may concern them.
    pub(crate) concerned: bool,
    /// The moment of which everything is known that any of the sources had said by then; nothing, if one was
    /// never heard of.
    pub(crate) as_of: Option<Timestamp>,
}

struct Row {
    locations: Json<Vec<Location>>,
    employments: Json<Vec<Employment>>,
    teams: Json<Vec<Team>>,
    concerned: bool,
    as_of: Option<jiff_sqlx::Timestamp>,
    reached: String,
}

impl Store {
    /// All that bears on a user at these locations, by what these sources said. One statement, so it is of
    /// one instant; what it means, and whether a schedule is open, is the law's to say. With it, how far all sources had come.
    pub(crate) async fn replicated(
        &self,
        user: UserId,
        locations: &[LocationId],
        sources: &[&str],
    ) -> Result<(ConsistencyToken, Replicated), StoreError> {
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
                where l.id = any($2)
            ),
            mine as (
                select e.id, e.organization_id, o.kind, o.name, e.roles, e.location_roles, e.schedule
                from known_employment e
                join known_organization o on o.id = e.organization_id
                where e.user_id = $1
                  and exists (select from here where e.organization_id in (customer_id, dealer_id, provider_id))
            ),
            ours as (
                select t.id, t.name, t.organization_id, mine.kind, t.roles, jsonb_agg(mine.id) as members
                from mine
                join known_team t on t.members @> array[mine.id] and t.organization_id = mine.organization_id
                group by t.id, t.name, t.organization_id, mine.kind, t.roles
            )
            select
                (select coalesce(jsonb_agg(jsonb_build_object(
                    'id', id, 'name', name,
                    'customer', customer_id, 'customerName', coalesce(customer_name, ''),
                    'dealer', dealer_id, 'provider', provider_id
                )), '[]') from here) as "locations!: Json<Vec<Location>>",
                (select coalesce(jsonb_agg(jsonb_build_object(
                    'id', id, 'user', $1::uuid,
                    'organization', jsonb_build_object('kind', kind, 'id', organization_id),
                    'organizationName', name,
                    'roles', roles, 'locationRoles', location_roles, 'schedule', schedule
                )), '[]') from mine) as "employments!: Json<Vec<Employment>>",
                (select coalesce(jsonb_agg(jsonb_build_object(
                    'id', id, 'name', name,
                    'organization', jsonb_build_object('kind', kind, 'id', organization_id),
                    'members', members, 'roles', roles
                )), '[]') from ours) as "teams!: Json<Vec<Team>>",
                exists (
                    select from concern c
                    where not c.legible
                       or $1 = any (c.users)
                       or c.locations && $2
                       or exists (
                           select from here
                           where c.organizations && array[customer_id, dealer_id, provider_id]
                       )
                ) as "concerned!",
                standing.as_of,
                standing.reached as "reached!"
            from outbox.standing($3) standing
            "#,
            user.as_uuid(),
            &locations,
            sources as _,
        )
        .fetch_one(&self.pool)
        .await?;
        let replicated = Replicated {
            locations: row.locations.0,
            facts: Facts {
                location: None,
                employments: row.employments.0,
                teams: row.teams.0,
            },
            concerned: row.concerned,
            as_of: row.as_of.map(jiff_sqlx::Timestamp::to_jiff),
        };
        Ok((token(&row.reached)?, replicated))
    }
}
