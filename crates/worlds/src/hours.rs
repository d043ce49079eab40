//! When somebody works, as plainly as it can be said.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

const DAY: u32 = 24 * 60;

/// Hours of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// A zone of the IANA database.
    pub zone: &'static str,
    /// Days on which a window starts, with its start and end in minutes of the day.
    pub weekly: Vec<(Weekday, u32, u32)>,
    /// Dates on which other windows start, with these.
    pub exceptions: Vec<(Date, Vec<(u32, u32)>)>,
}

impl Hours {
    /// Whether somebody with these hours works at this instant; never, in a zone that there is not.
    #[must_use]
    pub fn contain(&self, at: Timestamp) -> bool {
        TimeZone::get(self.zone).is_ok_and(|zone| self.contain_local(zone.to_datetime(at)))
    }

    fn contain_local(&self, local: DateTime) -> bool {
        let minute =
            u32::from(local.hour().unsigned_abs()) * 60 + u32::from(local.minute().unsigned_abs());
        let today = local.date();
        // Seen from yesterday, this minute is one of the second day.
        self.minutes_from(today).contains(&minute)
            || today
                .yesterday()
                .is_ok_and(|date| self.minutes_from(date).contains(&(minute + DAY)))
    }

    /// All minutes of the windows that start on a date, counted from its midnight.
    fn minutes_from(&self, date: Date) -> Vec<u32> {
        let exception = self.exceptions.iter().find(|(other, _)| *other == date);
        let windows: Vec<(u32, u32)> = if let Some((_, windows)) = exception {
            windows.clone()
        } else {
            let weekly = self.weekly.iter();
            let starting = weekly.filter(|(day, _, _)| *day == date.weekday());
            starting.map(|(_, start, end)| (*start, *end)).collect()
        };
        let lasting = windows.into_iter().map(|(start, end)| {
            if end < start {
                start..end + DAY
            } else {
                start..end
            }
        });
        lasting.flatten().collect()
    }

    /// The schedule, as the services take it.
    #[must_use]
    pub fn json(&self) -> Value {
        let windows = self.weekly.iter().map(|(day, start, end)| {
            json!({ "day": name(*day), "start": clock(*start), "end": clock(*end) })
        });
        let exceptions = self.exceptions.iter().map(|(date, windows)| {
            let windows = windows
                .iter()
                .map(|(start, end)| json!({ "start": clock(*start), "end": clock(*end) }));
            json!({ "date": date.to_string(), "windows": windows.collect::<Vec<_>>() })
        });
        json!({
            "timeZone": self.zone,
            "windows": windows.collect::<Vec<_>>(),
            "exceptions": exceptions.collect::<Vec<_>>(),
        })
    }
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

const fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MONDAY",
        Weekday::Tuesday => "TUESDAY",
        Weekday::Wednesday => "WEDNESDAY",
        Weekday::Thursday => "THURSDAY",
        Weekday::Friday => "FRIDAY",
        Weekday::Saturday => "SATURDAY",
        Weekday::Sunday => "SUNDAY",
    }
}
