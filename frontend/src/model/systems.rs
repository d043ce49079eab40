//! The list of systems, put together from two sources that overtake each other.
//!
//! Readings are complete but old by the time they arrive; events are new but single. The browser subscribes
//! first and reads then, so nothing falls between the two, and whatever arrives in whatever order:
//!
//! - a higher version wins;
//! - of equal versions (a role changed, not the system) the one *asked for* later wins;
//! - a system that is told to be gone stays gone, unless a reading begun after that brings it back.

use std::collections::{BTreeMap, BTreeSet};

use super::page::Page;
use super::system::{State, System, SystemId};

/// The list's order: by location, then by system.
type Key = (String, SystemId);

/// A point in the order in which this browser asked and was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick(u64);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    system: System,
    as_of: Tick,
}

/// How far down the list has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Reach {
    #[default]
    Nowhere,
    UpTo {
        /// Nothing, if not one system has been met on the way.
        last: Option<Key>,
        next_page: String,
    },
    End,
}

/// All systems that are known, and which of them the list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Systems {
    known: BTreeMap<Key, Known>,
    gone: BTreeMap<SystemId, Tick>,
    /// Those on the list that could not be shown when it was read.
    late: BTreeSet<SystemId>,
    reach: Reach,
    opened: Option<SystemId>,
    /// When the list was asked for that is shown.
    read: Tick,
    now: Tick,
}

impl Systems {
    /// Call when a reading is asked for, and hand the tick in with its answer.
    pub fn ask(&mut self) -> Tick {
        self.now.0 += 1;
        self.now
    }

    /// The list was read from its beginning. What it should contain and does not is gone; and what lies further down
    /// is forgotten, because nothing vouches for it, unless a page of its own is open.
    pub fn read(&mut self, asked: Tick, page: Page<System>) {
        self.read = asked;
        self.reach = Reach::Nowhere;
        self.late.clear();
        let listed: Vec<SystemId> = page.items.iter().map(|system| system.id.clone()).collect();
        self.extend(asked, page);
        let Self { reach, opened, .. } = self;
        self.known.retain(|key, known| {
            let opened = !reach.covers(key) && opened.as_ref() == Some(&known.system.id);
            opened || known.as_of > asked || listed.contains(&known.system.id)
        });
    }

    /// Another page was read; too late, if the list has been read again since it was asked for.
    pub fn extend(&mut self, asked: Tick, page: Page<System>) {
        if asked < self.read {
            return;
        }
        let last = page.items.last().map(key);
        self.reach = match (page.next_page, std::mem::take(&mut self.reach)) {
            (Some(next_page), Reach::UpTo { last: before, .. }) => Reach::UpTo {
                last: last.or(before),
                next_page,
            },
            (Some(next_page), Reach::Nowhere | Reach::End) => Reach::UpTo { last, next_page },
            (None, _) => Reach::End,
        };
        self.late.extend(page.undecided.into_iter().map(SystemId));
        for system in page.items {
            self.offer(asked, system);
        }
        let Self { late, known, .. } = self;
        for newer in known.values().filter(|known| known.as_of > asked) {
            late.remove(&newer.system.id);
        }
    }

    /// A page of its own shows this system, or none.
    pub fn open(&mut self, id: Option<SystemId>) {
        self.opened = id;
    }

    /// The system that is open, where reading the list does not read it.
    #[must_use]
    pub fn opened_beyond_reach(&self) -> Option<&SystemId> {
        let opened = self.opened.as_ref()?;
        let listed = self.listed().any(|system| system.id == *opened);
        (!listed).then_some(opened)
    }

    /// One system was read by itself, or came as the answer to an action.
    pub fn offer(&mut self, asked: Tick, system: System) {
        if self.gone.get(&system.id).is_some_and(|gone| *gone > asked) {
            return;
        }
        self.gone.remove(&system.id);
        self.late.remove(&system.id);
        let key = key(&system);
        let newer = |known: &Known| (system.version, asked) < (known.system.version, known.as_of);
        if self.known.get(&key).is_some_and(newer) {
            return;
        }
        self.known.insert(
            key,
            Known {
                system,
                as_of: asked,
            },
        );
    }

    /// An event told of a system.
    pub fn told(&mut self, system: System) {
        let now = self.ask();
        self.offer(now, system);
    }

    /// An event, or a 404, told that this person no longer sees a system.
    pub fn remove(&mut self, id: &SystemId) {
        let now = self.ask();
        self.gone.insert(id.clone(), now);
        self.late.remove(id);
        self.known.retain(|_, known| known.system.id != *id);
    }

    /// A system, by its identity.
    #[must_use]
    pub fn get(&self, id: &SystemId) -> Option<&System> {
        self.known().find(|system| system.id == *id)
    }

    /// The systems of the list as far as it has been read, in its order.
    pub fn listed(&self) -> impl Iterator<Item = &System> {
        self.known
            .iter()
            .filter(|(key, _)| self.reach.covers(key))
            .map(|(_, known)| &known.system)
    }

    /// All systems, listed or not.
    pub fn known(&self) -> impl Iterator<Item = &System> {
        self.known.values().map(|known| &known.system)
    }

    /// The same, each with when that was asked for which is known of it.
    pub fn known_as_of(&self) -> impl Iterator<Item = (&System, Tick)> {
        self.known
            .values()
            .map(|known| (&known.system, known.as_of))
    }

    /// Could it not be decided what this person may do to one of them? Nobody will tell when it can.
    #[must_use]
    pub fn are_undecided(&self) -> bool {
        !self.late.is_empty() || self.known().any(System::is_undecided)
    }

    /// Whether some of the list cannot be shown now, and how many, in words.
    #[must_use]
    pub fn late(&self) -> Option<String> {
        let many = match self.late.len() {
            0 => return None,
            1 => "1 system".to_owned(),
            many => format!("{many} systems"),
        };
        Some(format!(
            "{many} cannot be shown right now: it is not known yet by what that was last changed. It is asked again every 3 seconds."
        ))
    }

    /// The systems in alarm, listed or not.
    pub fn alarmed(&self) -> impl Iterator<Item = &System> {
        self.known().filter(|system| system.state == State::Alarmed)
    }

    /// "3 armed, 1 disarmed", and whether there are more; nothing before the list was read.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.is_read() && self.is_empty() {
            return "No systems".to_owned();
        }
        let mut counts = BTreeMap::<State, usize>::new();
        for system in self.listed() {
            *counts.entry(system.state).or_default() += 1;
        }
        let words = [
            (State::Alarmed, "in alarm"),
            (State::Armed, "armed"),
            (State::Disarmed, "disarmed"),
        ];
        let counted = words
            .iter()
            .filter_map(|(state, word)| counts.get(state).map(|count| format!("{count} {word}")));
        let late = Some(self.late.len()).filter(|late| *late > 0);
        let late = late.map(|late| format!("{late} not shown"));
        let more = self.next_page().map(|_| "more not loaded".to_owned());
        counted
            .chain(late)
            .chain(more)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The cursor of what has not been read yet.
    #[must_use]
    pub fn next_page(&self) -> Option<&str> {
        match &self.reach {
            Reach::UpTo { next_page, .. } => Some(next_page),
            Reach::Nowhere | Reach::End => None,
        }
    }

    /// Is there nothing on the list, and nothing more to be read?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listed().next().is_none() && self.next_page().is_none() && self.late.is_empty()
    }

    /// Has the list been read at all?
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.reach != Reach::Nowhere
    }
}

impl Reach {
    fn covers(&self, key: &Key) -> bool {
        match self {
            Self::Nowhere => false,
            Self::UpTo { last, .. } => last.as_ref().is_some_and(|last| key <= last),
            Self::End => true,
        }
    }
}

fn key(system: &System) -> Key {
    (system.location.id.clone(), system.id.clone())
}
