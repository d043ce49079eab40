//! Reading the list, the next page of it, and single systems.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Live, Reading};
use crate::browser::{clock, fetch};
use crate::model::link::Link;
use crate::model::page::Page;
use crate::model::system::{System, SystemId};
use crate::model::systems::{Systems, Tick};
use crate::model::trouble::Trouble;

/// How long to wait before asking again for what was undecided: as the reason says it, [`crate::model::reason::words`].
const ASK_AGAIN: Duration = Duration::from_secs(3);

impl Live {
    /// Reads the list again, as far as it has been read before.
    pub fn read_list(self) {
        if !self.is_worth_following() {
            return;
        }
        let may_enter = self
            .wire
            .try_update_value(|wire| wire.reading.enter())
            .unwrap_or(false);
        if may_enter {
            spawn_local(async move {
                loop {
                    self.read_list_once().await;
                    if !self
                        .wire
                        .try_update_value(|wire| wire.reading.leave())
                        .unwrap_or(false)
                    {
                        break;
                    }
                }
            });
        }
    }

    /// Reads on, until something more is listed or the list has ended.
    ///
    /// # Errors
    ///
    /// When it could not be read.
    pub async fn read_more(self) -> Result<(), Trouble> {
        let Some(cursor) = self
            .systems
            .with_untracked(|systems| systems.next_page().map(ToOwned::to_owned))
        else {
            return Ok(());
        };
        let asked = self.ask();
        let page = Page::gather(Some(&cursor), 1, fetch::systems).await?;
        self.saw(|systems| systems.extend(asked, page));
        Ok(())
    }

    /// Reads one system. None if this person does not see it.
    ///
    /// # Errors
    ///
    /// When it could not be read.
    pub async fn read_system(self, id: &SystemId) -> Result<Option<System>, Trouble> {
        let asked = self.ask();
        match fetch::system(id).await {
            Ok(system) => {
                self.saw(|systems| systems.offer(asked, system));
                Ok(self
                    .systems
                    .with_untracked(|systems| systems.get(id).cloned()))
            }
            Err(trouble) if trouble.is_absent() => {
                self.systems.update(|systems| systems.remove(id));
                Ok(None)
            }
            Err(trouble) => Err(trouble),
        }
    }

    pub(super) fn ask(self) -> Tick {
        self.systems
            .try_update_untracked(Systems::ask)
            .unwrap_or_default()
    }

    async fn read_list_once(self) {
        let asked = self.ask();
        let era = self.link.with_untracked(Link::era);
        let wanted = self
            .systems
            .with_untracked(|systems| systems.listed().count());
        match Page::gather(None, wanted, fetch::systems).await {
            Ok(page) => {
                let as_of = clock::now().before(page.age);
                self.saw(|systems| systems.read(asked, page));
                self.read_opened().await;
                self.link.update(|link| link.read(era, as_of, clock::now()));
                self.reading.set(Reading::Done);
            }
            Err(trouble) if trouble.is_signed_out() => self.nobody(),
            Err(trouble) => {
                self.reading.set(Reading::Failed(trouble));
                self.read_later();
            }
        }
    }

    /// The system whose page is open may be further down than the list was read.
    async fn read_opened(self) {
        let opened = self
            .systems
            .with_untracked(|systems| systems.opened_beyond_reach().cloned());
        if let Some(id) = opened {
            // Its page tells of a failure when it reads the system itself.
            let _ = self.read_system(&id).await;
        }
    }

    /// Where the stream is down, coming back to it reads the list anyway.
    fn read_later(self) {
        let stands = self.link.with_untracked(Link::era).is_some();
        let wait = self.link.try_update(|link| link.unread(clock::jitter()));
        if let Some(wait) = wait.filter(|_| stands) {
            set_timeout(move || self.read_list(), Duration::from_millis(wait.into()));
        }
    }

    /// When what was undecided can be decided, nothing has changed, so nobody tells: it has to be asked.
    pub(super) fn ask_again(self) {
        let waiting = self
            .wire
            .try_update_value(|wire| std::mem::replace(&mut wire.asking_again, true))
            .unwrap_or(true);
        if !waiting {
            set_timeout(
                move || {
                    self.wire.update_value(|wire| wire.asking_again = false);
                    self.read_list();
                },
                ASK_AGAIN,
            );
        }
    }
}
