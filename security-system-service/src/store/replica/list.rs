//! Finding what may be viewed, from what is kept here.

use access::UserId;
use jiff::Timestamp;

use crate::store::rows::SystemRow;
use crate::store::{Place, Store, StoreError};

/// What is to be known of a list before it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prospect {
    /// Whether something that could not be applied may add to what the user may view: it names them, one of
    /// their employers, or a dealer whom one of these watches for.
    pub(crate) concerned: bool,
    /// As [of which moment](super::Kept::as_of) it will be at least.
    pub(crate) as_of: Option<Timestamp>,
}

impl Store {
    /// The first of the systems that a user may view, in the order of the list, behind a place in it.
    ///
    /// Each path is searched apart: the systems of whole customers, those at single locations, and
    /// those at the locations that a dealer serves, each by an index in the order of the list and no
    /// further than a page goes. So a page takes the same time however many locations there are. What
    /// is found is judged by itself afterwards, so a location behind which a message is parked may be among it.
    pub(in crate::store) async fn page_of_kept(
        &self,
        user: UserId,
        Place(after_location, after_id): Place,
        limit: i64,
    ) -> Result<Vec<SystemRow>, StoreError> {
        let rows = sqlx::query_as!(
            SystemRow,
            r#"
            with mine as materialized (
                select id, source, organization_id, roles <> '[]' as holds_role, location_roles
                from known_employment where user_id = $1
            ),
            customers as (
                select organization_id as id from mine where source = 'customer-service' and holds_role
            ),
            places as (
                select key::uuid as id from mine, jsonb_object_keys(location_roles) key
                where source = 'customer-service'
                union
                select key::uuid from mine
                join known_team t on t.members @> array[mine.id] and t.organization_id = mine.organization_id,
                jsonb_object_keys(t.roles) key
            ),
            dealers as (
                select organization_id as id from mine where source = 'dealer-service' and holds_role
                union
                select dealer.id from mine
                join known_organization dealer on dealer.provider_id = mine.organization_id
                where mine.source = 'monitoring-service' and holds_role
            )
            select s.id as "id!", s.location_id as "location_id!", s.customer_id as "customer_id!",
                   s.state as "state!", s.version as "version!", s.freshness as "freshness!"
            from (
                select o.* from customers
                cross join lateral (
                    select * from system
                    where lifecycle = 'ACTIVE' and customer_id = customers.id and (location_id, id) > ($2, $3)
                    order by location_id, id
                    limit $4
                ) o
                union
                select o.* from places
                join system o on o.location_id = places.id
                where o.lifecycle = 'ACTIVE' and (o.location_id, o.id) > ($2, $3)
                union
                select o.* from dealers
                cross join lateral (
                    select here.* from location l
                    -- The limit says what is so anyhow, and keeps this from being joined by all systems.
                    cross join lateral (
                        select * from system
                        where location_id = l.id and lifecycle = 'ACTIVE' and (location_id, id) > ($2, $3)
                        limit 1
                    ) here
                    where l.dealer_id = dealers.id and l.generation = outbox.generation('customer-service')
                      and not l.removed and l.id >= $2
                    order by l.id
                    limit $4
                ) o
            ) s
            order by s.location_id, s.id
            limit $4
            "#,
            user.as_uuid(),
            after_location.as_uuid(),
            after_id.as_uuid(),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows)
    }

    /// What is to be known before a user's list is read, by what these sources said.
    pub(crate) async fn prospect(
        &self,
        user: UserId,
        sources: &[&str],
    ) -> Result<Prospect, StoreError> {
        let row = sqlx::query!(
            r#"
            select exists (
                select from concern c
                where not c.legible
                   or $1 = any (c.users)
                   or exists (
                       select from employment e
                       left join organization dealer on dealer.provider_id = e.organization_id and not dealer.removed
                       where e.user_id = $1 and not e.removed
                         and (e.organization_id = any (c.organizations) or dealer.id = any (c.organizations))
                   )
            ) as "concerned!",
            (
                select min(fresh_at) from read_generation
                where source = any($2) having count(fresh_at) = cardinality($2)
            ) as as_of
            "#,
            user.as_uuid(),
            sources as _,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Prospect {
            concerned: row.concerned,
            as_of: row.as_of.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}
