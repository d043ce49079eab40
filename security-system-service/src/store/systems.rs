//! Reading systems.

use access::{LocationId, SystemId};
use outbox::ConsistencyToken;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rows::SystemRow;
use super::{Store, StoreError};
use crate::authorization::{Candidates, Told, Visible};
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
            "select id, location_id, customer_id, state, version, freshness
             from system where id = $1 and lifecycle = 'ACTIVE'",
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
        visible: &Visible,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Vec<(System, ConsistencyToken)>, StoreError> {
        let after = after.unwrap_or(Place(Uuid::nil().into(), Uuid::nil().into()));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = match visible.candidates() {
            Candidates::Told(told) => self.page_of_told(told, after, limit).await?,
            Candidates::Kept(user) => self.page_of_kept(*user, after, limit).await?,
        };
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Whole customers and single locations are searched apart, each by an index in the order of
    /// the list, so that a page takes the same time however many systems there are.
    async fn page_of_told(
        &self,
        told: &Told,
        Place(after_location, after_id): Place,
        limit: i64,
    ) -> Result<Vec<SystemRow>, StoreError> {
        let customers: Vec<Uuid> = told.customers.iter().copied().map(Uuid::from).collect();
        let (owners, locations): (Vec<Uuid>, Vec<Uuid>) = told
            .locations
            .iter()
            .map(|(customer, location)| (customer.as_uuid(), location.as_uuid()))
            .unzip();
        let served: Vec<Uuid> = told.served.iter().copied().map(Uuid::from).collect();
        let until = told.until.map_or(Uuid::max(), Uuid::from);
        let rows = sqlx::query_as!(
            SystemRow,
            r#"
            select s.id as "id!", s.location_id as "location_id!", s.customer_id as "customer_id!",
                   s.state as "state!", s.version as "version!", s.freshness as "freshness!"
            from (
                select o.* from unnest($1::uuid[]) as c (customer_id)
                cross join lateral (
                    select * from system
                    where lifecycle = 'ACTIVE' and customer_id = c.customer_id and (location_id, id) > ($5, $6)
                    order by location_id, id
                    limit $8
                ) o
                union
                select o.* from unnest($2::uuid[], $3::uuid[]) as l (customer_id, location_id)
                join system o using (customer_id, location_id)
                where o.lifecycle = 'ACTIVE' and (o.location_id, o.id) > ($5, $6)
                union
                select o.* from unnest($4::uuid[]) as l (location_id)
                join system o using (location_id)
                where o.lifecycle = 'ACTIVE' and (o.location_id, o.id) > ($5, $6)
            ) s
            where s.location_id <= $7
            order by s.location_id, s.id
            limit $8
            "#,
            &customers,
            &owners,
            &locations,
            &served,
            after_location.as_uuid(),
            after_id.as_uuid(),
            until,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows)
    }
}

impl Place {
    /// Behind everything at this location.
    #[must_use]
    pub fn behind(location: LocationId) -> Self {
        Self(location, Uuid::max().into())
    }
}
