//! When an employer lets a role count, in words.

use std::fmt;

use serde::Deserialize;

/// The days as the API names them, and as people shorten them.
const WEEK: [(&str, &str); 7] = [
    ("MONDAY", "Mon"),
    ("TUESDAY", "Tue"),
    ("WEDNESDAY", "Wed"),
    ("THURSDAY", "Thu"),
    ("FRIDAY", "Fri"),
    ("SATURDAY", "Sat"),
    ("SUNDAY", "Sun"),
];

/// Weekly windows in a time zone. What the exceptions are is left to the service, which decides.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    time_zone: String,
    #[serde(default)]
    windows: Vec<Window>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Window {
    day: String,
    start: String,
    end: String,
}

/// A day on which the weekly windows do not count.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Exception {}

impl Window {
    fn hours(&self) -> (&str, &str) {
        (&self.start, &self.end)
    }
}

/// "Mon–Fri 08:00–18:00 Europe/Madrid".
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hours: Vec<(&str, &str)> = Vec::new();
        for window in &self.windows {
            if !hours.contains(&window.hours()) {
                hours.push(window.hours());
            }
        }
        let weekly: Vec<String> = hours
            .iter()
            .map(|(start, end)| format!("{} {start}–{end}", self.days((start, end))))
            .collect();
        let zone = self.time_zone.replace('_', " ");
        if weekly.is_empty() {
            return write!(f, "single days only, {zone}");
        }
        write!(f, "{} {zone}", weekly.join("; "))?;
        if self.exceptions.is_empty() {
            return Ok(());
        }
        f.write_str(", with exceptions")
    }
}

impl Schedule {
    /// Is it ever open?
    #[must_use]
    pub const fn has_hours(&self) -> bool {
        !self.windows.is_empty() || !self.exceptions.is_empty()
    }

    /// The days that have these hours: "daily", "Mon–Fri", "Mon, Wed".
    fn days(&self, hours: (&str, &str)) -> String {
        let has = |day: &str| {
            self.windows
                .iter()
                .any(|window| window.day == day && window.hours() == hours)
        };
        let mut runs: Vec<Vec<&str>> = Vec::new();
        let mut yesterday = false;
        for (day, short) in WEEK {
            let today = has(day);
            match runs.last_mut() {
                Some(run) if today && yesterday => run.push(short),
                _ if today => runs.push(vec![short]),
                _ => {}
            }
            yesterday = today;
        }
        let words: Vec<String> = runs.iter().map(|run| in_words(run)).collect();
        words.join(", ")
    }
}

fn in_words(run: &[&str]) -> String {
    match run {
        [_, _, _, _, _, _, _] => "daily".to_owned(),
        [first, _, .., last] => format!("{first}–{last}"),
        _ => run.join(", "),
    }
}
