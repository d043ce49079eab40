//! Tells clients that a session ended (`OpenID` Connect Back-Channel Logout 1.0).

use std::sync::Arc;

use chassis::program::steps_when_woken;
use jiff::{SignedDuration, Timestamp};
use outbox::Progress;
use serde::Serialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::deliver_mail::{PAUSE, backoff};
use super::{App, Failure};
use crate::back_channel::{BackChannel, Heard};
use crate::domain::id::TokenId;
use crate::store::Logout;

/// How long one attempt may take before another worker tries.
const LEASE: SignedDuration = SignedDuration::from_secs(15);
/// How long a logout token is good.
const LIFETIME: SignedDuration = SignedDuration::from_mins(2);

/// The worker that delivers logout tokens.
#[derive(Debug)]
pub struct LogoutCourier {
    /// What to work on.
    pub app: Arc<App>,
    /// Where clients listen.
    pub back_channel: BackChannel,
}

#[derive(Serialize)]
struct LogoutClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    sub: String,
    sid: String,
    events: Value,
}

impl LogoutCourier {
    /// Works until told to stop.
    pub async fn run(self, shutdown: CancellationToken) {
        let step = || async { self.step().await.map(Progress::worked) };
        steps_when_woken("logouts", &self.app.wake, PAUSE, shutdown, step).await;
    }

    /// Delivers one logout that is due.
    ///
    /// # Errors
    ///
    /// When the database does not answer. What cannot be delivered is no error: it is tried again.
    pub async fn step(&self) -> Result<Progress, Failure> {
        let now = self.app.now();
        let mut tx = self.app.store.begin().await?;
        let Some(logout) = tx.take_logout(now, now + LEASE).await? else {
            return Ok(Progress::Idle);
        };
        tx.commit().await?;
        let delivered = self.deliver(&logout, now).await;
        let mut tx = self.app.store.begin().await?;
        match delivered {
            Ok(()) => tx.forget_logout(logout.id).await?,
            Err(error) => {
                tracing::warn!(
                    client = logout.client_id,
                    attempts = logout.attempts,
                    error = format!("{error:#}"),
                    "logout not delivered"
                );
                tx.postpone_logout(logout.id, now + backoff(logout.attempts))
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(Progress::Worked(1))
    }
}

impl LogoutCourier {
    async fn deliver(&self, logout: &Logout, now: Timestamp) -> anyhow::Result<()> {
        let client = self.app.clients.get(&logout.client_id);
        // A client that is gone, or listens no more, has nothing to be told.
        let Some(uri) = client.and_then(|client| client.backchannel_logout_uri.as_ref()) else {
            return Ok(());
        };
        let token = self.token(logout, now).await?;
        // What is refused is logged, and over.
        if self.back_channel.tell(uri, &token).await? == Heard::Refused {
            tracing::error!(
                client = logout.client_id,
                "the client refused a logout token"
            );
        }
        Ok(())
    }

    async fn token(&self, logout: &Logout, now: Timestamp) -> Result<String, Failure> {
        let app = &self.app;
        let claims = LogoutClaims {
            iss: &app.issuer,
            aud: &logout.client_id,
            iat: now.as_second(),
            exp: (now + LIFETIME).as_second(),
            jti: TokenId::generate(now, &mut app.randomness.rng()).to_string(),
            sub: logout.user.to_string(),
            sid: logout.session.to_string(),
            events: json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
        };
        let mut tx = app.store.begin().await?;
        app.signer(&mut tx).await?.sign("logout+jwt", &claims)
    }
}
