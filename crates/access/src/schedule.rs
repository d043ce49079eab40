//! Schedules: when an employer lets what it grants count.
//!
//! A schedule is a set of weekly windows in one IANA time zone, with exceptions for single
//! dates. What is tested is the *wall clock* in that zone, in whole minutes:
//!
//! - A window is half open, `[start, end)`. Its end may be `24:00`.
//! - A window whose end is before its start runs over midnight, into the next date. It belongs
//!   to the date on which it starts: the exception for the 24th says nothing about the small
//!   hours of the 24th that belong to the night shift of the 23rd.
//! - An exception replaces all windows that start on its date, by none if it lists none.
//! - A schedule without windows is never open.
//! - A week has 28 windows at most, and 100 dates are exceptions at most, with 4 windows each.
//! - Because the wall clock is what counts, a window within the hour that is skipped in spring
//!   does not open that day, and one within the hour that is repeated in autumn opens twice.
//!
//! There is one implementation of time, this one, and one time-zone database, bundled with the
//! program: all services agree on what o'clock it is, whatever is installed on their hosts.

mod draft;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

pub use draft::{
    ExceptionDraft, Fault, InvalidSchedule, ScheduleDraft, WeeklyWindowDraft, WindowDraft,
};

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// When an employment's grants count. Parsed, so every value of this type makes sense.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ScheduleDraft", into = "ScheduleDraft")]
pub struct Schedule {
    zone: TimeZone,
    zone_name: String,
    /// By days since Monday.
    weekly: BTreeMap<i8, Vec<Window>>,
    exceptions: BTreeMap<Date, Vec<Window>>,
}

impl Schedule {
    /// Whether the wall clock of this instant lies in a window.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = self.zone.to_datetime(at);
        let minute = Minute::of(local.time());
        let today = self.starting_on(local.date());
        let yesterday = local.date().yesterday();
        let yesterday = yesterday.map_or(&[][..], |date| self.starting_on(date));
        today.iter().any(|window| window.has_on_its_date(minute))
            || yesterday
                .iter()
                .any(|window| window.has_on_the_next_date(minute))
    }

    /// The same schedule, as far as it bears on this instant: its weeks, and of the exceptions those of the date and of
    /// the date before, whose windows may run on. With every grant it is told when that counts, so it must be short.
    #[must_use]
    pub fn around(&self, at: Timestamp) -> Self {
        let today = self.zone.to_datetime(at).date();
        let yesterday = today.yesterday().unwrap_or(today);
        let exceptions = self.exceptions.range(yesterday..=today);
        Self {
            zone: self.zone.clone(),
            zone_name: self.zone_name.clone(),
            weekly: self.weekly.clone(),
            exceptions: exceptions
                .map(|(date, windows)| (*date, windows.clone()))
                .collect(),
        }
    }

    fn starting_on(&self, date: Date) -> &[Window] {
        self.exceptions
            .get(&date)
            .or_else(|| self.weekly.get(&date.weekday().to_monday_zero_offset()))
            .map_or(&[], Vec::as_slice)
    }
}

/// A zone of the bundled database, by its name.
fn zone(name: &str) -> Option<(TimeZone, String)> {
    let zone = ZONES.get(name).ok().filter(|zone| !zone.is_unknown())?;
    let canonical = zone.iana_name()?.to_owned();
    Some((zone, canonical))
}

/// A minute of the day, from 00:00 to 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Minute(u16);

impl Minute {
    const END_OF_DAY: Self = Self(24 * 60);

    fn of(time: jiff::civil::Time) -> Self {
        Self(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
    }
}

/// `[start, end)`; over midnight if `end < start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Window {
    start: Minute,
    end: Minute,
}

impl Window {
    fn has_on_its_date(self, minute: Minute) -> bool {
        self.start <= minute && (minute < self.end || self.is_over_midnight())
    }

    fn has_on_the_next_date(self, minute: Minute) -> bool {
        self.is_over_midnight() && minute < self.end
    }

    fn is_over_midnight(self) -> bool {
        self.end < self.start
    }
}
