//! Where a user's list is to be found, from what is kept here.

use access::UserId;
use jiff::Timestamp;
use outbox::ConsistencyToken;
use uuid::Uuid;

use crate::authorization::Candidates;
use crate::store::rows::token;
use crate::store::{Store, StoreError};

/// What is to be known of a list before it is read.
#[derive(Debug, Clone)]
pub(crate) struct Prospect {
    /// Where its systems are.
    pub(crate) candidates: Candidates,
    /// Whether something that could not be applied may add to what the user may view: it names them, one of
    /// their employers, or a dealer whom one of these watches for.
    pub(crate) concerned: bool,
    /// As [of which moment](super::decision::Replicated::as_of) it will be at least.
    pub(crate) as_of: Option<Timestamp>,
}

struct Row {
    customers: Vec<Uuid>,
    locations: Vec<Uuid>,
    dealers: Vec<Uuid>,
    concerned: bool,
    as_of: Option<jiff_sqlx::Timestamp>,
    reached: String,
}

impl Store {
    /// Where to look for what a user may view, by what these sources said. Each system that is found there is judged by
    /// itself afterwards, so a location behind which a message is parked may be among it. With it, how far all sources had come.
    pub(crate) async fn prospect(
        &self,
        user: UserId,
        sources: &[&str],
    ) -> Result<(ConsistencyToken, Prospect), StoreError> {
        let row = sqlx::query_as!(
            Row,
            r#"
            with mine as materialized (
                select id, source, organization_id, roles <> '[]' as holds_role, location_roles
                from known_employment where user_id = $1
            )
            select
                array(
                    select organization_id from mine where source = 'customer-service' and holds_role
                ) as "customers!",
                array(
                    select key::uuid from mine, jsonb_object_keys(location_roles) key
                    where source = 'customer-service'
                    union
                    select key::uuid from mine
                    join known_team t on t.members @> array[mine.id] and t.organization_id = mine.organization_id,
                    jsonb_object_keys(t.roles) key
                ) as "locations!",
                array(
                    select organization_id from mine where source = 'dealer-service' and holds_role
                    union
                    select dealer.id from mine
                    join known_organization dealer on dealer.provider_id = mine.organization_id
                    where mine.source = 'monitoring-service' and holds_role
                ) as "dealers!",
                exists (
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
                standing.as_of,
                standing.reached as "reached!"
            from outbox.standing($2) standing
            "#,
            user.as_uuid(),
            sources as _,
        )
        .fetch_one(&self.pool)
        .await?;
        let prospect = Prospect {
            candidates: Candidates {
                customers: row.customers.into_iter().map(Into::into).collect(),
                locations: row.locations.into_iter().map(Into::into).collect(),
                dealers: row.dealers.into_iter().map(Into::into).collect(),
                ..Candidates::default()
            },
            concerned: row.concerned,
            as_of: row.as_of.map(jiff_sqlx::Timestamp::to_jiff),
        };
        Ok((token(&row.reached)?, prospect))
    }
}
