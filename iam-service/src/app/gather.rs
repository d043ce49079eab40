//! The facts that a token claims, for readers who decide by it.

use std::time::Duration;

use access::UserId;
use iam_claims::Claims;
use outbox::{ConsistencyToken, Inbox};

use super::App;
use crate::domain::client::Client;
use crate::owners::Owners;

/// How many bytes of facts a token has room for. With what else it says, and written as a token is, it stays well below
/// the 8 KiB that a service reads.
pub const ROOM: usize = 4 * 1024;

/// Where the facts in tokens come from.
#[derive(Debug)]
pub enum Gathering {
    /// Tokens claim none.
    None,
    /// The owners are asked.
    Fetch(Box<Owners>),
    /// What was heard of their events is looked up, once it is as fresh as it has to be.
    Replicate(Inbox, Duration),
}

impl App {
    /// What a token for this person is to claim of facts, if one of this client claims any. Never a reason not to issue it: if
    /// it cannot be had, the token says so.
    pub async fn gather(
        &self,
        client: &Client,
        user: UserId,
        known: &ConsistencyToken,
    ) -> Option<Claims> {
        if client.tells_facts {
            self.facts_about(user, known).await
        } else {
            None
        }
    }

    /// What there is to claim about a person, where anything is claimed.
    pub async fn facts_about(&self, user: UserId, known: &ConsistencyToken) -> Option<Claims> {
        let gathered = match &self.gathering {
            Gathering::None => return None,
            Gathering::Fetch(owners) => {
                let told = owners.claims(user, known).await;
                told.map_err(|silent| silent.to_string())
            }
            Gathering::Replicate(inbox, patience) => self.kept(user, known, inbox, *patience).await,
        };
        let claims = match gathered {
            Ok(claims) => claims.within(ROOM),
            Err(error) => {
                tracing::warn!(%user, %error, "the token claims no facts");
                Claims::unavailable()
            }
        };
        let outcome = match claims.reach() {
            Ok(_) => "told",
            Err(iam_claims::Untold::Overflow) => "overflow",
            Err(_) => "unavailable",
        };
        metrics::counter!("token_facts_total", "outcome" => outcome).increment(1);
        Some(claims)
    }

    /// From what the owners have told.
    async fn kept(
        &self,
        user: UserId,
        known: &ConsistencyToken,
        inbox: &Inbox,
        patience: Duration,
    ) -> Result<Claims, String> {
        let reached = inbox.wait_for(known, patience).await;
        reached.map_err(|not_yet| not_yet.to_string())?;
        let told = self.store.told(user).await.map_err(|it| it.to_string())?;
        let told = told.ok_or("a message that could not be applied may matter")?;
        let age = self.now().duration_since(told.as_of).as_millis();
        let age = age.try_into().unwrap_or(0);
        Ok(match told.locations {
            Some(at) => Claims::gathered(&told.facts, &at, told.facts_at, age),
            None => Claims::gathered_without_reach(&told.facts, told.facts_at, age),
        })
    }
}
