//! Is what the page shows kept up to date?

use super::moment::Moment;

/// The stream ends by itself every few minutes, with the access token. It is back within this time, or stale.
pub const GRACE_MILLIS: u32 = 2_000;

const AT_ONCE: u32 = 200;
const FIRST_WAIT: u32 = 1_000;
const LONGEST_WAIT: u32 = 15_000;

/// Something is told every second, if only that somebody is there. Who says nothing for so long is not.
const SILENCE_MILLIS: i64 = 2_500;

/// A stream that stood so long was a good one: its end is not the next in a row of failures.
const GOOD_MILLIS: i64 = 10_000;

/// The stream of events, as the reader should think of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Being opened for the first time.
    Connecting,
    /// Every change arrives by itself.
    Live,
    /// Changes may have been missed.
    Stale,
}

/// One stream, from its opening until it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Era(u32);

/// What is known about the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    shown: Connection,
    updated: Option<Moment>,
    eras: u32,
    /// Since when the stream stands, if it does.
    stands: Option<Moment>,
    /// When anything at all was heard on it.
    heard: Option<Moment>,
    /// Everything was read since the stream stands.
    caught_up: bool,
    /// The server itself does not know whether it misses something.
    behind: bool,
    failures: u32,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            shown: Connection::Connecting,
            updated: None,
            eras: 0,
            stands: None,
            heard: None,
            caught_up: false,
            behind: false,
            failures: 0,
        }
    }
}

impl Link {
    /// As the reader should think of it.
    #[must_use]
    pub const fn connection(&self) -> Connection {
        self.shown
    }

    /// Is the stream down? Otherwise what is missing is missing to the server too.
    #[must_use]
    pub const fn is_down(&self) -> bool {
        self.stands.is_none()
    }

    /// As of when everything that is shown was so.
    #[must_use]
    pub const fn updated(&self) -> Option<Moment> {
        self.updated
    }

    /// Has there been a stream before?
    #[must_use]
    pub const fn has_stood(&self) -> bool {
        self.eras > 0
    }

    /// The stream that stands now, for a reading that begins.
    #[must_use]
    pub const fn era(&self) -> Option<Era> {
        if self.stands.is_some() {
            Some(Era(self.eras))
        } else {
            None
        }
    }

    /// The stream stands. What was missed before is not known yet: only a reading makes it live.
    pub const fn opened(&mut self, now: Moment) {
        self.eras += 1;
        self.stands = Some(now);
        self.heard = Some(now);
        self.caught_up = false;
        self.behind = false;
    }

    /// Somebody is there.
    pub const fn beat(&mut self, now: Moment) {
        self.heard = Some(now);
    }

    /// Does a stream stand on which nobody has said anything for too long?
    #[must_use]
    pub fn is_silent(&self, now: Moment) -> bool {
        let heard = self.stands.and(self.heard);
        heard.is_some_and(|heard| now.millis() - heard.millis() >= SILENCE_MILLIS)
    }

    /// Everything was read, as it was at an earlier moment. If the stream has stood since before the reading, nothing
    /// is missing.
    pub fn read(&mut self, during: Option<Era>, as_of: Moment, now: Moment) {
        self.updated = Some(as_of);
        self.caught_up |= during.is_some() && during == self.era();
        if self.stood(now) >= GOOD_MILLIS {
            self.failures = 0;
        }
        self.settle();
    }

    /// A change was told. What else is shown is confirmed by that only while nothing may be missing.
    pub fn heard(&mut self, now: Moment) {
        if self.shown == Connection::Live {
            self.updated = Some(now);
        }
    }

    /// The server says that it misses nothing: what it has told since is everything.
    pub fn fresh(&mut self, now: Moment) {
        self.behind = false;
        self.settle();
        self.heard(now);
    }

    /// The server says that it may miss something.
    pub const fn behind(&mut self) {
        self.behind = true;
        self.shown = Connection::Stale;
    }

    /// Nothing arrives: the browser says that there is no network, or nobody says anything.
    pub const fn cut_off(&mut self) {
        self.caught_up = false;
        self.shown = Connection::Stale;
    }

    /// The stream broke. Returns the milliseconds to wait before the next try.
    pub fn broken(&mut self, now: Moment, jitter: f64) -> u32 {
        if self.stood(now) >= GOOD_MILLIS {
            self.failures = 0;
        } else {
            self.shown = Connection::Stale;
        }
        self.stands = None;
        self.caught_up = false;
        self.wait(jitter)
    }

    /// The stream was closed, on purpose.
    pub const fn closed(&mut self) {
        self.stands = None;
        self.caught_up = false;
    }

    /// A reading failed. Returns the milliseconds to wait before the next try.
    pub fn unread(&mut self, jitter: f64) -> u32 {
        self.shown = Connection::Stale;
        self.wait(jitter)
    }

    /// The grace after a break is over.
    pub const fn overdue(&mut self) {
        if self.stands.is_none() || !self.caught_up {
            self.shown = Connection::Stale;
        }
    }

    fn stood(&self, now: Moment) -> i64 {
        self.stands.map_or(0, |since| now.millis() - since.millis())
    }

    const fn settle(&mut self) {
        if self.stands.is_some() && self.caught_up && !self.behind {
            self.shown = Connection::Live;
        }
    }

    /// Twice as long each time, spread by `jitter` (0 to 1) so that a crowd does not come back at one instant.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a tenth of a second to fifteen"
    )]
    fn wait(&mut self, jitter: f64) -> u32 {
        let wait = match self.failures {
            0 => AT_ONCE,
            failures => FIRST_WAIT
                .saturating_mul(1 << (failures - 1).min(8))
                .min(LONGEST_WAIT),
        };
        self.failures += 1;
        (f64::from(wait) * (0.5 + jitter.clamp(0.0, 1.0) / 2.0)) as u32
    }
}
