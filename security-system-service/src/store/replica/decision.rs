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
pub(crate) struct Bearing {
    /// Those of the locations that there are.
    pub(crate) locations: Vec<Location>,
    /// The user's employments, and the teams that these belong to. At which of the locations is left open.
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
    /// All that bears on a user at these locations, by what these sources said; and by the employments that were
    /// told, if any were, instead of those that are kept here. One statement, so it is of one instant; what it
    /// means, and whether a schedule is open, is the law's to say. With it, how far all sources had come.
    pub(crate) async fn bearing(
        &self,
        user: UserId,
        told: Option<&[Employment]>,
        locations: &[LocationId],
        sources: &[&str],
    ) -> Result<(ConsistencyToken, Bearing), StoreError> {
        let locations: Vec<Uuid> = locations.iter().copied().map(Uuid::from).collect();
        let row = sqlx::query_as!(
            Row,
            r#"select around.locations as "locations!: Json<Vec<Location>>",
                      held.employments as "employments!: Json<Vec<Employment>>",
                      around.teams as "teams!: Json<Vec<Team>>",
                      around.concerned as "concerned!",
                      standing.as_of,
                      standing.reached as "reached!"
               from employments($1, $2, $3) held
               cross join lateral surroundings($1, held.employments, $3) around
               cross join outbox.standing($4) standing"#,
            user.as_uuid(),
            told.map(Json) as _,
            &locations,
            sources as _,
        )
        .fetch_one(&self.pool)
        .await?;
        let bearing = Bearing {
            locations: row.locations.0,
            facts: Facts {
                location: None,
                employments: row.employments.0,
                teams: row.teams.0,
            },
            concerned: row.concerned,
            as_of: row.as_of.map(jiff_sqlx::Timestamp::to_jiff),
        };
        Ok((token(&row.reached)?, bearing))
    }
}
