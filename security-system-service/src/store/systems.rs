//! Reading systems.

use access::{LocationId, SystemId};
use outbox::ConsistencyToken;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rows::SystemRow;
use super::{Store, StoreError};
use crate::authorization::{Candidates, Visible};
use crate::domain::System;

/// A place in the list: behind this system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place(pub LocationId, pub SystemId);

impl Store {
    /// A system in service, and how fresh the facts were by which it was last changed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn load(
        &self,
        id: SystemId,
    ) -> Result<Option<(System, ConsistencyToken)>, StoreError> {
        let row = sqlx::query_as!(
            SystemRow,
            r#"select s.id, s.location_id, s.customer_id, s.state, s.version, s.freshness,
                    coalesce(l.name, '') as "location!", coalesce(c.name, '') as "customer!"
             from system s
             -- Only for the names, which decide nothing: the last that was heard will do.
             left join location l on (l.id, l.generation) = (s.location_id, outbox.generation('customer-service'))
             left join organization c on (c.id, c.generation) = (s.customer_id, outbox.generation('customer-service'))
             where s.id = $1 and s.lifecycle = 'ACTIVE'"#,
            id.as_uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The first of the systems that may be visible, in the order of the list, behind a place in it.
    ///
    /// Each path is searched apart: the systems of whole customers, those at single locations, those at
    /// the locations that a dealer serves, and single ones, each by an index in the order of the list and no further than the page
    /// goes. So a page takes the same time however many systems there are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn page(
        &self,
        visible: &Visible,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Vec<(System, ConsistencyToken)>, StoreError> {
        let Candidates {
            customers,
            locations,
            dealers,
            systems,
            until,
        } = visible.candidates();
        let beginning = Place(Uuid::nil().into(), Uuid::nil().into());
        let Place(after_location, after_id) = after.unwrap_or(beginning);
        let customers: Vec<Uuid> = customers.iter().copied().map(Uuid::from).collect();
        let locations: Vec<Uuid> = locations.iter().copied().map(Uuid::from).collect();
        let dealers: Vec<Uuid> = dealers.iter().copied().map(Uuid::from).collect();
        let systems: Vec<Uuid> = systems.iter().copied().map(Uuid::from).collect();
        let rows = sqlx::query_as!(
            SystemRow,
            r#"
            select s.id as "id!", s.location_id as "location_id!", s.customer_id as "customer_id!",
                   s.state as "state!", s.version as "version!", s.freshness as "freshness!",
                   coalesce(named.name, '') as "location!", coalesce(owner.name, '') as "customer!"
            from (
                select o.* from unnest($1::uuid[]) as c (customer_id)
                cross join lateral (
                    select * from system
                    where lifecycle = 'ACTIVE' and customer_id = c.customer_id and (location_id, id) > ($4, $5)
                    order by location_id, id
                    limit $7
                ) o
                union
                select o.* from unnest($2::uuid[]) as l (location_id)
                join system o using (location_id)
                where o.lifecycle = 'ACTIVE' and (o.location_id, o.id) > ($4, $5)
                union
                select o.* from unnest($3::uuid[]) as d (dealer_id)
                cross join lateral (
                    select here.* from location l
                    -- The limit says what is so anyhow, and keeps this from being joined by all systems.
                    cross join lateral (
                        select * from system
                        where location_id = l.id and lifecycle = 'ACTIVE' and (location_id, id) > ($4, $5)
                        limit 1
                    ) here
                    where l.dealer_id = d.dealer_id and not l.removed and l.id >= $4
                      and l.generation = outbox.generation('customer-service')
                    order by l.id
                    limit $7
                ) o
                union
                select * from system
                where id = any($8) and lifecycle = 'ACTIVE' and (location_id, id) > ($4, $5)
            ) s
            -- Only for the names, which decide nothing: the last that was heard will do.
            left join location named
                   on (named.id, named.generation) = (s.location_id, outbox.generation('customer-service'))
            left join organization owner
                   on (owner.id, owner.generation) = (s.customer_id, outbox.generation('customer-service'))
            where s.location_id <= $6
            order by s.location_id, s.id
            limit $7
            "#,
            &customers,
            &locations,
            &dealers,
            after_location.as_uuid(),
            after_id.as_uuid(),
            until.map_or(Uuid::max(), Uuid::from),
            i64::try_from(limit).unwrap_or(i64::MAX),
            &systems,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Place {
    /// Behind everything at this location.
    #[must_use]
    pub fn behind(location: LocationId) -> Self {
        Self(location, Uuid::max().into())
    }
}
