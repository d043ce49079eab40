//! Facts for those who decide elsewhere. Each answer is read at one instant.

use std::collections::BTreeSet;

use access::{Employment, LocationId, Team, UserId};
use outbox::Position;
use uuid::Uuid;

use super::{Failure, Organizations};
use crate::domain::OrganizationId;
use crate::store::{Keyset, Relevant, Standing};

/// What is told, and the position of the outbox at which it was so.
#[derive(Debug, Clone)]
pub struct Told<T> {
    /// The facts.
    pub facts: T,
    /// As of here.
    pub position: Position,
}

/// What a user is granted by the organizations of this kind.
#[derive(Debug, Clone)]
pub struct UserFacts {
    /// Their employments.
    pub employments: Vec<Employment>,
    /// The teams that these employments belong to.
    pub teams: Vec<Team>,
    /// Behind which employment there are more.
    pub next: Option<Uuid>,
}

/// How many roles at locations are told in one part, by single employments and by their teams, if
/// not one employment alone has more: no answer comes near the 4 MB that a caller reads.
const ROLES: usize = 10_000;

impl UserFacts {
    /// Leaves what does not fit into one part to the next.
    fn fitting(mut self) -> Self {
        let mut roles = 0;
        let fits = |it: &&Employment| {
            let teams = self
                .teams
                .iter()
                .filter(|team| team.members.contains(&it.id));
            let by_teams = teams.map(|team| team.roles.len()).sum::<usize>();
            roles += it.location_roles.len() + by_teams;
            roles <= ROLES
        };
        let fitting = self.employments.iter().take_while(fits).count().max(1);
        if fitting < self.employments.len() {
            self.employments.truncate(fitting);
            self.next = self.employments.last().map(|last| last.id.as_uuid());
            let told: BTreeSet<_> = self.employments.iter().map(|it| it.id).collect();
            self.teams.retain(|team| !team.members.is_disjoint(&told));
        }
        self
    }
}

/// What a user is granted by the organizations of this kind at one location.
#[derive(Debug, Clone)]
pub struct FactsAt {
    /// Their employments.
    pub employments: Vec<Employment>,
    /// Those of their teams that hold a role there.
    pub teams: Vec<Team>,
}

/// A person has few employments by one kind of organization, and each is small where there are no
/// roles at locations.
const ALL: Keyset = Keyset {
    after: None,
    limit: usize::MAX,
};

impl Organizations {
    /// A user's employments, everywhere, and the teams they belong to.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn user_facts(
        &self,
        user: UserId,
        keyset: Keyset,
    ) -> Result<Told<UserFacts>, Failure> {
        let mut snapshot = self.store.snapshot().await?;
        let relevant = Relevant {
            user,
            by: None,
            at: None,
        };
        let employments = snapshot.employments(self.kind, relevant, keyset).await?;
        let teams = snapshot
            .teams(self.kind, relevant, &employments.items)
            .await?;
        let facts = UserFacts {
            employments: employments.items,
            teams,
            next: employments.next,
        };
        Ok(Told {
            facts: facts.fitting(),
            position: snapshot.position,
        })
    }

    /// What a user is granted at a location of somebody else. Whether it counts there is decided
    /// by who asks: here it is not known who was appointed. Employments are told even where there is no
    /// such location, so that who asks goes on as if there was something to decide, and what is absent
    /// looks like what is hidden.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn facts_at(
        &self,
        user: UserId,
        location: LocationId,
    ) -> Result<Told<FactsAt>, Failure> {
        let mut snapshot = self.store.snapshot().await?;
        let relevant = Relevant {
            user,
            by: None,
            at: Some(location),
        };
        let employments = snapshot.employments(self.kind, relevant, ALL).await?.items;
        let mut teams = snapshot.teams(self.kind, relevant, &employments).await?;
        teams.retain(|team| team.roles.contains_key(&location));
        Ok(Told {
            facts: FactsAt { employments, teams },
            position: snapshot.position,
        })
    }

    /// Whether the user administers the organization. Nobody administers one that there is not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn is_administrator(
        &self,
        user: UserId,
        organization: OrganizationId,
    ) -> Result<Told<bool>, Failure> {
        let mut snapshot = self.store.snapshot().await?;
        let standing = snapshot.standing(organization, user).await?;
        Ok(Told {
            facts: standing == Standing::Administrator,
            position: snapshot.position,
        })
    }
}
