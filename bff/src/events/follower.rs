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

/// What came of a reading: what it was of, too.
enum Answer {
    List(Seen),
    System(Uuid, Option<Value>),
}

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

    /// Reads, and says at once when a source is cut off meanwhile: a service may take its time, and whoever is told nothing
    /// takes what they see for what is.
    async fn read(&mut self, reading: Reading) -> Result<(), Over> {
        let mut hearing = self.deaf.borrow_and_update().is_empty();
        let asking = self.ask(reading);
        tokio::pin!(asking);
        let answer = loop {
            tokio::select! {
                answer = &mut asking => break answer,
                Ok(()) = self.deaf.changed() => {
                    hearing = false;
                    if !self.deaf.borrow().is_empty() {
                        self.tell(Push::Stale).await?;
                    }
                }
            }
        };
        match answer {
            Ok(Answer::List(seen)) => {
                let mut pushes = self.see(seen);
                // Everything having been read, it can be relied on again, if every source was heard all the while.
                if hearing && self.told == Some(Push::Stale) {
                    pushes.push(Push::Fresh);
                }
                self.push_all(pushes).await
            }
            Ok(Answer::System(id, system)) => {
                let push = self.see_system(id, system);
                self.push_all(push).await
            }
            Err(Unread::Token) => Err(Over),
            Err(Unread::Undecided(why)) => {
                tracing::info!(why, "a follower cannot be told what it sees");
                self.due.again();
                self.tell(Push::Stale).await
            }
        }
    }

    /// Asks for what is to be read, apart from this follower, which goes on hearing.
    fn ask(&self, reading: Reading) -> impl Future<Output = Result<Answer, Unread>> + use<> {
        let (reader, freshness) = (self.reader.clone(), self.due.freshness.clone());
        // Where it is too much to be read here, one page says that it can be had so fresh.
        let goes_on = self.known.as_ref().is_some_and(|known| known.goes_on);
        let pages = if goes_on { 1 } else { PAGES };
        async move {
            Ok(match reading {
                Reading::List => Answer::List(reader.list(pages, &freshness).await?),
                Reading::System(id) => Answer::System(id, reader.system(id, &freshness).await?),
            })
        }
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

    /// The same for one system.
    fn see_system(&mut self, id: Uuid, system: Option<Value>) -> Option<Push> {
        let known = &mut self.known.get_or_insert_default().systems;
        match system {
            Some(system) => {
                known.insert(id, system.clone());
                Some(Push::System(system))
            }
            None => known.remove(&id).map(|_| Push::Removed(id)),
        }
    }

    /// A word on reliability, if it is news.
    async fn tell(&mut self, word: Push) -> Result<(), Over> {
        if self.told.as_ref() == Some(&word) {
            return Ok(());
        }
        self.push(word).await
    }

    async fn push_all(&mut self, pushes: impl IntoIterator<Item = Push>) -> Result<(), Over> {
        for push in pushes {
            self.push(push).await?;
        }
        Ok(())
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
