//! Rows as the database has them, and what they mean.

use access::UserId;
use jiff::Timestamp;
use outbox::{ConsistencyToken, InvalidToken};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::StoreError;
use crate::domain::{Actor, LastChange, Names, State, System};

/// The columns of a system in service.
#[derive(Debug)]
pub(super) struct SystemRow {
    pub(super) id: Uuid,
    pub(super) location_id: Uuid,
    pub(super) customer_id: Uuid,
    pub(super) state: String,
    pub(super) version: i64,
    pub(super) freshness: String,
    pub(super) location: String,
    pub(super) customer: String,
    pub(super) changed: Option<Json<Told>>,
}

/// What a system's history tells of a version, as `last_change` has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    at: Timestamp,
    user_id: Option<UserId>,
    name: String,
    action: String,
}

impl TryFrom<SystemRow> for (System, ConsistencyToken) {
    type Error = StoreError;

    fn try_from(row: SystemRow) -> Result<Self, StoreError> {
        let freshness = token(&row.freshness)?;
        let system = System {
            id: row.id.into(),
            location: row.location_id.into(),
            customer: row.customer_id.into(),
            state: state(&row.state)?,
            version: row.version,
            names: Names {
                location: row.location,
                customer: row.customer,
            },
            changed: row.changed.map(|Json(told)| told.into()),
        };
        Ok((system, freshness))
    }
}

impl From<Told> for LastChange {
    fn from(told: Told) -> Self {
        Self {
            at: told.at,
            by: Actor {
                user: told.user_id,
                name: told.name,
            },
            action: told.action,
        }
    }
}

pub(super) fn state(name: &str) -> Result<State, StoreError> {
    State::from_name(name).ok_or_else(|| StoreError::Form(format!("state {name}")))
}

pub(super) fn token(text: &str) -> Result<ConsistencyToken, StoreError> {
    let token = text.parse();
    token.map_err(|error: InvalidToken| StoreError::Form(error.to_string()))
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Form(error.to_string())
    }
}
