//! Somebody who takes no silence for an answer.

use std::time::Duration;

use anyhow::bail;
use demo_world::api::{Answer, Api, Seen};
use reqwest::StatusCode;
use stories::town::Town;
use stories::voice::{Request, Voice};
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How long an answer may be waited for, over all attempts.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// How often to ask.
const BEAT: Duration = Duration::from_millis(100);

/// Somebody signed in, who takes no silence for an answer.
pub(crate) struct Insistent {
    town: &'static Town,
    voice: Voice,
}

impl Insistent {
    /// Somebody with a token.
    pub(crate) fn of(town: &'static Town, email: &str, api: Api) -> Self {
        Self {
            town,
            voice: Voice::with_token(email, api),
        }
    }

    /// Somebody at a browser, whose session has to last.
    pub(crate) async fn at_a_browser(town: &'static Town, email: &str) -> anyhow::Result<Self> {
        let visitor = town.visitor(email).await?;
        Ok(Self {
            town,
            voice: Voice::at_a_browser(email, visitor, Seen::default()),
        })
    }

    /// Sends a request until somebody who knows has answered it, and expects a yes.
    pub(crate) async fn insists(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let (begun, mut beat) = (Instant::now(), interval(BEAT));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while begun.elapsed() < PATIENCE {
            beat.tick().await;
            match self.voice.send(request).await {
                Ok(answer) if answer.status.is_success() => return Ok(answer),
                Ok(answer) if answer.status == StatusCode::UNAUTHORIZED => self.renews().await?,
                Ok(answer) if is_final(&answer) => {
                    bail!("{request}: {} {}", answer.status, answer.body)
                }
                _ => {}
            }
        }
        bail!("nobody answers {request}")
    }

    /// Gets another token for one that has expired.
    async fn renews(&mut self) -> anyhow::Result<()> {
        let holder = self.voice.holder()?;
        // iam-service may be the one that is gone; then the next refusal leads here again.
        if let Ok(token) = self.town.token(holder).await {
            self.voice.goes_on_with(token);
        }
        Ok(())
    }
}

/// A refusal that stays one, unlike that because another attempt of ours is still at work.
fn is_final(answer: &Answer) -> bool {
    answer.status.is_client_error() && !answer.is_in_flight()
}
