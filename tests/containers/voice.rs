//! Somebody who takes no silence for an answer.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use demo_world::api::{Answer, Api, Seen};
use reqwest::{Client, StatusCode};
use stories::town::Town;
use stories::voice::{Request, Voice};
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How long an answer may be waited for, over all attempts.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// For so long others are waited for; who is not there is missed sooner.
const WAITED: Duration = Duration::from_millis(1_900);

/// How often to ask.
const BEAT: Duration = Duration::from_millis(100);

/// Somebody signed in, who takes no silence for an answer.
pub(crate) struct Insistent {
    town: &'static Town,
    voice: Voice,
    /// Whether it is a failure that somebody is not there.
    minds: bool,
}

impl Insistent {
    /// Somebody with a token.
    pub(crate) fn of(town: &'static Town, email: &str, api: Api) -> Self {
        Self {
            town,
            voice: Voice::with_token(email, api),
            minds: false,
        }
    }

    /// Somebody at a browser, whose session has to last.
    pub(crate) async fn at_a_browser(town: &'static Town, email: &str) -> anyhow::Result<Self> {
        let visitor = town.visitor(email).await?;
        Ok(Self {
            town,
            voice: Voice::at_a_browser(email, visitor, Seen::default()),
            minds: false,
        })
    }

    /// The same, who is to notice nothing: takes no refusal but that all are busy.
    pub(crate) async fn who_minds(
        town: &'static Town,
        client: &Client,
        email: &str,
    ) -> anyhow::Result<Self> {
        let visitor = town.visitor_by(client, email).await?;
        Ok(Self {
            town,
            voice: Voice::at_a_browser(email, visitor, Seen::default()),
            minds: true,
        })
    }

    /// Sends a request until somebody who knows has answered it, and expects a yes.
    pub(crate) async fn insists(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let (begun, mut beat) = (Instant::now(), interval(BEAT));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while begun.elapsed() < PATIENCE {
            beat.tick().await;
            let asked = Instant::now();
            match self.voice.send(request).await {
                Ok(answer) if answer.status.is_success() => return Ok(answer),
                refused if self.minds => {
                    let refused = refused.with_context(|| request.to_string())?;
                    beat.reset_after(moment(request, &refused, asked.elapsed())?);
                }
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

/// When to come again: where all are busy, so that facts have grown too old to decide by, or all of the time for a connection to
/// Postgres has passed (who is not there is missed at once); and where a change was passed on once, because it must not be made twice, and
/// nobody knows whether it was made. Anything else is noticed.
fn moment(request: &Request, refused: &Answer, took: Duration) -> anyhow::Result<Duration> {
    let told = || format!("{request}, {took:?}: {} {}", refused.status, refused.body);
    let kind = refused.body["type"].as_str().unwrap_or_default();
    let busy = ["/too-many-requests", "/timeout", "/undecided"];
    let busy = busy.iter().any(|busy| kind.ends_with(busy));
    let unavailable = kind.ends_with("/unavailable");
    let late = unavailable && took >= WAITED;
    let unknown = unavailable && !request.is_repeatable();
    ensure!(busy || late || unknown, told());
    eprintln!("{}", told());
    let seconds = refused.header("retry-after").with_context(told)?;
    Ok(Duration::from_secs(seconds.parse()?))
}

/// A refusal that stays one, unlike that because another attempt of ours is still at work.
fn is_final(answer: &Answer) -> bool {
    answer.status.is_client_error() && !answer.is_in_flight()
}
