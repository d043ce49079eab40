//! Facts for those who decide elsewhere. Each answer is read at one instant.

use access::{Employment, Facts, LocationId, Team, UserId};
use outbox::Position;
use uuid::Uuid;

use super::{Customers, organization};
use crate::organization::app::Refusal;
use crate::organization::store::{Keyset, Relevant};
use crate::store::facts::{self, LocationFacts};

/// What is told, and the position of the outbox at which it was so.
#[derive(Debug, Clone)]
pub struct Told<T> {
    /// The facts.
    pub facts: T,
    /// As of here.
    pub position: Position,
}

/// What a user is granted by customers.
#[derive(Debug, Clone)]
pub struct UserFacts {
    /// Their employments.
    pub employments: Vec<Employment>,
    /// The teams that these employments belong to.
    pub teams: Vec<Team>,
    /// Behind which employment there are more.
    pub next: Option<Uuid>,
}

/// One user has one employment per customer.
const ONE: Keyset = Keyset {
    after: None,
    limit: 1,
};

impl Customers {
    /// How far this service has come.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn position(&self) -> Result<Position, Refusal> {
        let mut db = self.store.pool.acquire().await?;
        Ok(outbox::head(&mut db).await?)
    }

    /// All that this service knows about one user at one location. Where there is no such
    /// location there is nothing to know.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn decision_facts(
        &self,
        user: UserId,
        location: Option<LocationId>,
    ) -> Result<Told<Facts>, Refusal> {
        let mut snapshot = self.organizations.store.snapshot().await?;
        let position = snapshot.position;
        let ids: Vec<_> = location.into_iter().collect();
        let location = facts::locations(snapshot.connection(), &ids).await?.pop();
        let Some(LocationFacts { location, .. }) = location else {
            return Ok(Told {
                facts: Facts::default(),
                position,
            });
        };
        let relevant = Relevant {
            user,
            at: Some((organization(location.customer), location.id)),
        };
        let kind = self.organizations.kind;
        let employments = snapshot.employments(kind, relevant, ONE).await?.items;
        let teams = snapshot.teams(kind, relevant, &employments).await?;
        let facts = Facts {
            location: Some(location),
            employments,
            teams,
        };
        Ok(Told { facts, position })
    }

    /// A user's employments by customers, everywhere, and the teams they belong to.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn user_facts(
        &self,
        user: UserId,
        keyset: Keyset,
    ) -> Result<Told<UserFacts>, Refusal> {
        let mut snapshot = self.organizations.store.snapshot().await?;
        let kind = self.organizations.kind;
        let relevant = Relevant { user, at: None };
        let employments = snapshot.employments(kind, relevant, keyset).await?;
        let teams = snapshot.teams(kind, relevant, &employments.items).await?;
        let facts = UserFacts {
            employments: employments.items,
            teams,
            next: employments.next,
        };
        Ok(Told {
            facts,
            position: snapshot.position,
        })
    }

    /// Those of the locations that there are.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn location_facts(
        &self,
        ids: &[LocationId],
    ) -> Result<Told<Vec<LocationFacts>>, Refusal> {
        let mut snapshot = self.organizations.store.snapshot().await?;
        let facts = facts::locations(snapshot.connection(), ids).await?;
        Ok(Told {
            facts,
            position: snapshot.position,
        })
    }
}
