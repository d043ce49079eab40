//! Reading a page of a user's list, with what bears on it.

use std::collections::BTreeMap;

use access::{Employment, Facts, Location, Team, UserId};
use outbox::ConsistencyToken;
use sqlx::types::Json;
use uuid::Uuid;

use super::Bearing;
use crate::domain::System;
use crate::store::rows::{SystemRow, Told, token};
use crate::store::{Place, Store, StoreError};

/// A page of what a user may be able to view, as of one instant.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    /// The systems, and how fresh the facts were by which each was last changed.
    pub(crate) systems: Vec<(System, ConsistencyToken)>,
    /// What bears on them.
    pub(crate) bearing: Bearing,
    /// Whether something that could not be applied may add to what the user may view: it names them, one of
    /// their employers, or a dealer whom one of these watches for.
    pub(crate) incomplete: bool,
}

struct Row {
    systems: Vec<ListedSystem>,
    changes: Json<BTreeMap<Uuid, Told>>,
    employments: Json<Vec<Employment>>,
    teams: Json<Vec<Team>>,
    concerned: bool,
    incomplete: bool,
    as_of: Option<jiff_sqlx::Timestamp>,
    reached: String,
}

/// A system, and what is known of its location.
#[derive(Debug, sqlx::Type)]
#[sqlx(type_name = "listed_system")]
struct ListedSystem {
    id: Uuid,
    location_id: Uuid,
    customer_id: Uuid,
    state: String,
    version: i64,
    freshness: String,
    location: String,
    customer: String,
    owner_id: Option<Uuid>,
    dealer_id: Option<Uuid>,
    provider_id: Option<Uuid>,
}

impl Store {
    /// The first of the systems that a user may be able to view, behind a place in the list, and all that bears on them, by
    /// what these sources said; and by the employments that were told, if any were, instead of those that are kept
    /// here. Each system is to be judged by itself, so a location behind which a message is parked may be among them.
    /// One statement, so it is of one instant. With it, how far all sources had come.
    pub(crate) async fn listing(
        &self,
        user: UserId,
        told: Option<&[Employment]>,
        after: Option<Place>,
        limit: usize,
        sources: &[&str],
    ) -> Result<(ConsistencyToken, Listing), StoreError> {
        let Place(after_location, after_id) = after.unwrap_or(Place::BEGINNING);
        let row = sqlx::query_as!(
            Row,
            r#"select listing.systems as "systems!: Vec<ListedSystem>",
                      coalesce((
                          select jsonb_object_agg(s.id, made.told)
                          from unnest(listing.systems) s
                          -- The limit says what is so anyhow.
                          cross join lateral (
                              select told from last_change where (system_id, version) = (s.id, s.version) limit 1
                          ) made
                      ), '{}') as "changes!: Json<BTreeMap<Uuid, Told>>",
                      held.employments as "employments!: Json<Vec<Employment>>",
                      listing.teams as "teams!: Json<Vec<Team>>",
                      listing.concerned as "concerned!",
                      listing.incomplete as "incomplete!",
                      standing.as_of,
                      standing.reached as "reached!"
               from employments($1, $2) held
               cross join lateral listing($1, held.employments, $3, $4, $5) listing
               cross join outbox.standing($6) standing"#,
            user.as_uuid(),
            told.map(Json) as _,
            after_location.as_uuid(),
            after_id.as_uuid(),
            i64::try_from(limit).unwrap_or(i64::MAX),
            sources as _,
        )
        .fetch_one(&self.pool)
        .await?;
        let bearing = Bearing {
            locations: row.systems.iter().filter_map(known_location).collect(),
            facts: Facts {
                location: None,
                employments: row.employments.0,
                teams: row.teams.0,
            },
            concerned: row.concerned,
            as_of: row.as_of.map(jiff_sqlx::Timestamp::to_jiff),
        };
        let Json(mut changes) = row.changes;
        let systems = row.systems.into_iter().map(|listed| {
            let by = changes.remove(&listed.id);
            listed.changed(by)
        });
        let listing = Listing {
            systems: systems.map(TryInto::try_into).collect::<Result<_, _>>()?,
            bearing,
            incomplete: row.incomplete,
        };
        Ok((token(&row.reached)?, listing))
    }
}

/// Where a system is, if that is known.
fn known_location(listed: &ListedSystem) -> Option<Location> {
    Some(Location {
        id: listed.location_id.into(),
        name: listed.location.clone(),
        customer: listed.owner_id?.into(),
        customer_name: listed.customer.clone(),
        dealer: listed.dealer_id.map(Into::into),
        provider: listed.provider_id.map(Into::into),
    })
}

impl ListedSystem {
    /// The system, with what made its version.
    fn changed(self, by: Option<Told>) -> SystemRow {
        SystemRow {
            id: self.id,
            location_id: self.location_id,
            customer_id: self.customer_id,
            state: self.state,
            version: self.version,
            freshness: self.freshness,
            location: self.location,
            customer: self.customer,
            changed: by.map(Json),
        }
    }
}
