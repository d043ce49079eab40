//! The transaction that changes one organization.

use access::UserId;
use idempotency::Mark;
use jiff::Timestamp;
use outbox::{Message, Position};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};

use super::{Standing, Store, organizations, roster};
use crate::app::TurnToChange;
use crate::domain::{Organization, OrganizationId};
use crate::{Aggregate, Kind, events};

/// A transaction that changes one organization, and what will be published about it.
///
/// It holds the lock on the organization from its beginning, so two of them never overlap: what
/// it finds out about the caller's standing, and about anybody else's, is still so when it
/// commits. Where a change reads, decides and writes, that is all there is to think about.
pub struct UnitOfWork {
    tx: Transaction<'static, Postgres>,
    kind: &'static Kind,
    messages: Vec<Message>,
    /// The organization, as it was when the lock was taken.
    pub organization: Organization,
    /// Given up when nothing is held any more.
    _turn: TurnToChange,
}

/// What was written, and where in the outbox: from there on everybody can know of it.
#[derive(Debug, Clone)]
pub struct Committed<T> {
    /// What was written, as it is stored.
    pub value: T,
    /// Its position in the outbox.
    pub position: Position,
}

/// What came of a creation, remembered so that the same request is answered alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The version of what was created.
    pub version: i64,
    /// The position in the outbox.
    pub position: Position,
    /// What was answered about it.
    pub body: Value,
}

/// A request to create something, which is carried out once.
pub struct Once<'a, T> {
    /// Remembers, if the request has a key.
    pub mark: &'a mut Mark,
    /// What is remembered.
    pub tell: &'a (dyn Fn(&Committed<T>) -> Result<Outcome, serde_json::Error> + Send + Sync),
}

impl Store {
    /// Begins a change of an organization, if there is one, for whoever has a turn to.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn change(
        &self,
        kind: &'static Kind,
        id: OrganizationId,
        turn: TurnToChange,
    ) -> sqlx::Result<Option<UnitOfWork>> {
        let mut tx = database::begin(&self.pool).await?;
        let organization = organizations::lock(&mut tx, id).await?;
        Ok(organization.map(|organization| UnitOfWork {
            tx,
            kind,
            messages: Vec::new(),
            organization,
            _turn: turn,
        }))
    }

    /// Begins with an organization that does not exist yet: makes it, in the same transaction.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn found(
        &self,
        kind: &'static Kind,
        organization: Organization,
        turn: TurnToChange,
    ) -> sqlx::Result<UnitOfWork> {
        let mut tx = database::begin(&self.pool).await?;
        organizations::insert(&mut tx, &organization).await?;
        let mut work = UnitOfWork {
            tx,
            kind,
            messages: Vec::new(),
            organization: organization.clone(),
            _turn: turn,
        };
        work.changed(Aggregate::Organization(&organization))?;
        Ok(work)
    }
}

impl UnitOfWork {
    /// The connection, for the tables that only one kind of organization has.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// What the user is in this organization, until the commit.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn standing(&mut self, user: UserId) -> sqlx::Result<Standing> {
        roster::standing(&mut *self.tx, self.organization.id, user).await
    }

    /// Publishes an aggregate of this organization as it is now, together with the commit.
    ///
    /// # Errors
    ///
    /// When its state has no JSON form.
    pub fn changed(&mut self, it: Aggregate<'_>) -> sqlx::Result<()> {
        self.publish(events::changed(self.kind, it))
    }

    /// Publishes that an aggregate of this organization is gone, together with the commit.
    pub fn removed(&mut self, it: Aggregate<'_>) {
        self.messages.push(events::removed(self.kind, it));
    }

    /// Publishes an aggregate that only one kind of organization has.
    ///
    /// # Errors
    ///
    /// When its state has no JSON form.
    pub fn publish(&mut self, message: Result<Message, serde_json::Error>) -> sqlx::Result<()> {
        let message = message.map_err(|error| sqlx::Error::Encode(error.into()))?;
        self.messages.push(message);
        Ok(())
    }

    /// Appends to the outbox, and commits.
    ///
    /// # Errors
    ///
    /// When the database fails. Then nothing was changed and nothing will be published.
    pub async fn commit<T>(mut self, now: Timestamp, value: T) -> sqlx::Result<Committed<T>> {
        let position = outbox::append(&mut self.tx, now, self.messages).await?;
        self.tx.commit().await?;
        Ok(Committed { value, position })
    }

    /// Commits a creation, and remembers what came of it under the request's key.
    ///
    /// # Errors
    ///
    /// When the database fails, or another attempt at the same request was quicker. Then nothing was
    /// created.
    pub async fn commit_once<T>(
        mut self,
        now: Timestamp,
        value: T,
        once: Once<'_, T>,
    ) -> Result<Committed<T>, idempotency::Error> {
        let position = outbox::append(&mut self.tx, now, self.messages).await?;
        let committed = Committed { value, position };
        let outcome = (once.tell)(&committed)?;
        once.mark.finish(&mut self.tx, &outcome).await?;
        self.tx.commit().await?;
        Ok(committed)
    }
}
