//! Reading systems.

use access::{LocationId, SystemId};
use outbox::ConsistencyToken;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rows::SystemRow;
use super::{Store, StoreError};
use crate::authorization::Visible;
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

    /// The first of the systems that are visible, in the order of the list, behind a place in it.
    ///
    /// Whole customers and single locations are searched apart, each by an index in the order of
    /// the list, so that a page takes the same time however many systems there are.
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
        let customers: Vec<Uuid> = visible.customers().map(Uuid::from).collect();
        let (owners, locations): (Vec<Uuid>, Vec<Uuid>) = visible
            .locations()
            .map(|(customer, location)| (customer.as_uuid(), location.as_uuid()))
            .unzip();
        let Place(after_location, after_id) =
            after.unwrap_or(Place(Uuid::nil().into(), Uuid::nil().into()));
        let rows = sqlx::query_as!(
            SystemRow,
            r#"
            select s.id as "id!", s.location_id as "location_id!", s.customer_id as "customer_id!",
                   s.state as "state!", s.version as "version!", s.freshness as "freshness!"
            from (
                select o.* from unnest($1::uuid[]) as c (customer_id)
                cross join lateral (
                    select * from system
                    where lifecycle = 'ACTIVE' and customer_id = c.customer_id and (location_id, id) > ($4, $5)
                    order by location_id, id
                    limit $6
                ) o
                union
                select o.* from unnest($2::uuid[], $3::uuid[]) as l (customer_id, location_id)
                join system o using (customer_id, location_id)
                where o.lifecycle = 'ACTIVE' and (o.location_id, o.id) > ($4, $5)
            ) s
            order by s.location_id, s.id
            limit $6
            "#,
            &customers,
            &owners,
            &locations,
            after_location.as_uuid(),
            after_id.as_uuid(),
            i64::try_from(limit).unwrap_or(i64::MAX),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}
