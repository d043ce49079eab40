//! Reading systems.

use access::{LocationId, SystemId};
use outbox::ConsistencyToken;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rows::SystemRow;
use super::{Store, StoreError};
use crate::authorization::Candidates;
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
                    coalesce(l.name, '') as "location!", coalesce(c.name, '') as "customer!",
                    made.told as "changed: _"
             from system s
             -- Only for the names, which decide nothing: the last that was heard will do.
             left join location l on (l.id, l.generation) = (s.location_id, outbox.generation('customer-service'))
             left join organization c on (c.id, c.generation) = (s.customer_id, outbox.generation('customer-service'))
             left join last_change made on (made.system_id, made.version) = (s.id, s.version)
             where s.id = $1 and s.lifecycle = 'ACTIVE'"#,
            id.as_uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The first of the systems that may be visible, in the order of the list, behind a place in it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn page(
        &self,
        candidates: &Candidates,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Vec<(System, ConsistencyToken)>, StoreError> {
        let Candidates {
            customers,
            locations,
            dealers,
            systems,
            until,
        } = candidates;
        let Place(after_location, after_id) = after.unwrap_or(Place::BEGINNING);
        let customers: Vec<Uuid> = customers.iter().copied().map(Uuid::from).collect();
        let locations: Vec<Uuid> = locations.iter().copied().map(Uuid::from).collect();
        let dealers: Vec<Uuid> = dealers.iter().copied().map(Uuid::from).collect();
        let systems: Vec<Uuid> = systems.iter().copied().map(Uuid::from).collect();
        let rows = sqlx::query_as!(
            SystemRow,
            r#"
            select s.id as "id!", s.location_id as "location_id!", s.customer_id as "customer_id!",
                   s.state as "state!", s.version as "version!", s.freshness as "freshness!",
                   coalesce(named.name, '') as "location!", coalesce(owner.name, '') as "customer!",
                   made.told as "changed: _"
            from places($1, $2, $3, $4, $5, $6, $7, $8) place
            -- The limits say what is so anyhow, and keep a page from being joined by everything.
            cross join lateral (select * from system where id = place.id limit 1) s
            -- Only for the names, which decide nothing: the last that was heard will do.
            left join lateral (
                select name from location
                where (id, generation) = (s.location_id, (select outbox.generation('customer-service')))
                limit 1
            ) named on true
            left join lateral (
                select name from organization
                where (id, generation) = (s.customer_id, (select outbox.generation('customer-service')))
                limit 1
            ) owner on true
            left join lateral (
                select told from last_change where (system_id, version) = (s.id, s.version) limit 1
            ) made on true
            order by s.location_id, s.id
            "#,
            &customers,
            &locations,
            &dealers,
            &systems,
            after_location.as_uuid(),
            after_id.as_uuid(),
            until.map_or(Uuid::max(), Uuid::from),
            i64::try_from(limit).unwrap_or(i64::MAX),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Place {
    /// Before everything.
    pub(super) const BEGINNING: Self = Self(LocationId::NIL, SystemId::NIL);

    /// Behind everything at this location.
    #[must_use]
    pub fn behind(location: LocationId) -> Self {
        Self(location, Uuid::max().into())
    }
}
