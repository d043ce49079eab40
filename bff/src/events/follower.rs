//! One browser that follows what its person sees.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use rand::rngs::StdRng;
use serde_json::Value;
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        mpsc, watch,
    },
    time::sleep,
};
use uuid::Uuid;

use super::{
    Hub, News,
    due::{Due, Reading},
    reader::{PAGES, Reader, Seen, Systems, Unread},
};
use crate::{app::Sessions, domain::Session, store::changed, upstream::Upstreams};

/// How often the clock is looked at: an access token ends a stream when it ends itself.
const GLANCE: Duration = Duration::from_secs(1);

/// What a browser is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Push {
    /// A system as this person sees it now.
    System(Value),
    /// This person sees this system no longer.
    Removed(Uuid),
    /// This person may see other systems than before, and so many that only they can read them.
    List,
    /// What was told may not be so any more.
    Stale,
    /// It is so again, and so is what was told since.
    Fresh,
}

/// The browser, or the token, is gone.
struct Over;

pub(super) struct Follower {
    session: Session,
    sessions: Sessions,
    reader: Reader,
    news: broadcast::Receiver<News>,
    deaf: watch::Receiver<BTreeSet<&'static str>>,
    due: Due,
    /// What this person sees, as the browser has been told or has read; `None` while nobody knows.
    known: Option<Seen>,
    /// The last word on whether that can be relied on.
    told: Option<Push>,
    pushes: mpsc::Sender<Push>,
    rng: StdRng,
}

impl Follower {
    /// Hears from now on.
    pub(super) fn new(
        hub: &Hub,
        session: Session,
        sessions: Sessions,
        upstreams: Arc<Upstreams>,
        pushes: mpsc::Sender<Push>,
        rng: StdRng,
    ) -> Self {
        Self {
            reader: Reader {
                upstreams,
                token: session.credential.access_token.clone(),
            },
            news: hub.subscribe(),
            deaf: hub.deaf(),
            due: Due::new(session.consistency.clone()),
            known: None,
            told: None,
            session,
            sessions,
            pushes,
            rng,
        }
    }

    /// Reads what this person sees before the browser hears that it is connected. What the browser
    /// reads then is newer, and what changes after this is told.
    pub(super) async fn prepare(&mut self) {
        match self.reader.list(PAGES, &self.due.freshness).await {
            Ok(seen) => drop(self.see(seen)),
            Err(_) => self.due.everything(),
        }
    }

    /// Follows until the session, its token or the browser is gone.
    pub(super) async fn run(self) {
        let pushes = self.pushes.clone();
        let over = over(self.sessions.clone(), self.session.clone());
        tokio::select! {
            () = pushes.closed() => {}
            () = over => {}
            _ = self.follow() => {}
        }
    }

    async fn follow(mut self) -> Result<(), Over> {
        if self.known.is_some() && self.deaf.borrow().is_empty() {
            self.tell(Push::Fresh).await?;
        } else {
            self.tell(Push::Stale).await?;
        }
        loop {
            tokio::select! {
                news = self.news.recv() => self.hear(news).await?,
                reading = self.due.next() => self.read(reading).await?,
            }
        }
    }

    async fn hear(&mut self, news: Result<News, RecvError>) -> Result<(), Over> {
        match news {
            Ok(News::Event(event)) => {
                let user = self.session.identity.user_id.parse().ok();
                let known = self.known.as_ref();
                let sees = |id| known.is_none_or(|known| known.may_hold(id));
                self.due.hear(&event, user, sees, &mut self.rng);
            }
            Ok(News::Missed { source, position }) => {
                self.due.missed(source, position, &mut self.rng);
            }
            // What was missed, a reading makes up for.
            Ok(News::Live) | Err(RecvError::Lagged(_)) => self.due.everything(),
            Ok(News::Cut) => self.tell(Push::Stale).await?,
            Err(RecvError::Closed) => return Err(Over),
        }
        Ok(())
    }

    async fn read(&mut self, reading: Reading) -> Result<(), Over> {
        let outcome = match reading {
            Reading::List => self.list().await,
            Reading::System(id) => self.system(id).await,
        };
        match outcome {
            Ok(pushes) => {
                for push in pushes {
                    self.push(push).await?;
                }
                Ok(())
            }
            Err(Unread::Token) => Err(Over),
            Err(Unread::Undecided(why)) => {
                tracing::info!(why, "a follower cannot be told what it sees");
                self.due.again();
                self.tell(Push::Stale).await
            }
        }
    }

    /// What differs from what is known. Everything having been read, it can be relied on again,
    /// if every source is heard.
    async fn list(&mut self) -> Result<Vec<Push>, Unread> {
        let hearing = self.deaf.borrow().is_empty();
        let before = self.known.as_ref();
        // Where it is too much to be read here, one page says that it can be had so fresh.
        let pages = before.map_or(PAGES, |before| if before.goes_on { 1 } else { PAGES });
        let seen = self.reader.list(pages, &self.due.freshness).await?;
        let mut pushes = self.see(seen);
        if hearing && self.told == Some(Push::Stale) {
            pushes.push(Push::Fresh);
        }
        Ok(pushes)
    }

    /// Takes in what was read, and tells what is new about it.
    fn see(&mut self, seen: Seen) -> Vec<Push> {
        let mut before = self.known.take().unwrap_or_default().systems;
        let mut seen = seen.after(&before);
        // When it can be told what they are, nothing has changed, so nobody says so.
        if !seen.late.is_empty() {
            self.due.again();
        }
        let pushes = if seen.goes_on {
            // What was seen once may be told to be gone.
            before.append(&mut seen.systems);
            seen.systems = before;
            vec![Push::List]
        } else {
            differences(&before, &seen.systems)
        };
        self.known = Some(seen);
        pushes
    }

    async fn system(&mut self, id: Uuid) -> Result<Vec<Push>, Unread> {
        let system = self.reader.system(id, &self.due.freshness).await?;
        let known = &mut self.known.get_or_insert_default().systems;
        Ok(match system {
            Some(system) => {
                known.insert(id, system.clone());
                vec![Push::System(system)]
            }
            None => known
                .remove(&id)
                .map(|_| Push::Removed(id))
                .into_iter()
                .collect(),
        })
    }

    /// A word on reliability, if it is news.
    async fn tell(&mut self, word: Push) -> Result<(), Over> {
        if self.told.as_ref() == Some(&word) {
            return Ok(());
        }
        self.push(word).await
    }

    async fn push(&mut self, push: Push) -> Result<(), Over> {
        if matches!(push, Push::Fresh | Push::Stale) {
            self.told = Some(push.clone());
        }
        self.pushes.send(push).await.map_err(|_| Over)
    }
}

/// What somebody has to be told who knows of the one and should know of the other.
fn differences(before: &Systems, now: &Systems) -> Vec<Push> {
    let gone = before.keys().filter(|id| !now.contains_key(id));
    let other = now
        .iter()
        .filter(|(id, system)| before.get(id) != Some(system));
    gone.map(|id| Push::Removed(*id))
        .chain(other.map(|(_, system)| Push::System(system.clone())))
        .collect()
}

/// Waits until the session has ended, or its token expires.
async fn over(sessions: Sessions, session: Session) {
    let mut changes = sessions.changes().subscribe();
    let mut unsure = true;
    loop {
        let now = sessions.clock().now();
        if now >= session.credential.expires_at {
            return;
        }
        if unsure {
            let record = sessions
                .store()
                .read(session.id, Some(session.credential.generation), now)
                .await;
            match record {
                Ok(None) => return,
                Ok(Some(_)) => unsure = false,
                Err(error) => tracing::debug!(%error, "a follower's session cannot be looked at"),
            }
        }
        tokio::select! {
            () = changed(&mut changes, session.id) => unsure = true,
            () = sleep(GLANCE) => {}
        }
    }
}
