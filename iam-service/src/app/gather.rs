//! The facts that a token claims, for readers who decide by it.

use access::UserId;
use iam_claims::Claims;
use outbox::ConsistencyToken;

use super::{App, Replica};
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
    /// What was heard of their events is looked up, if it is as fresh as it has to be.
    Replicate(Replica),
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
            Gathering::Replicate(replica) => {
                let told = self.kept(user, known, replica).await;
                told.map_err(|unsure| unsure.to_string())
            }
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
}
