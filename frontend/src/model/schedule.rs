//! When an employer lets a role count, in words.

use std::fmt;

use serde::Deserialize;

const WEEK: [&str; 7] = [
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
];

/// Weekly windows in a time zone. Exceptions are left to the service, which decides.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    time_zone: String,
    #[serde(default)]
    windows: Vec<Window>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Window {
    day: String,
    start: String,
    end: String,
}

impl Window {
    fn hours(&self) -> (&str, &str) {
        (&self.start, &self.end)
    }
}

/// "Saturday, Sunday 08:00–20:00 (America/New York)".
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hours: Vec<(&str, &str)> = Vec::new();
        for window in &self.windows {
            if !hours.contains(&window.hours()) {
                hours.push(window.hours());
            }
        }
        if hours.is_empty() {
            return f.write_str("never");
        }
        for (nth, (start, end)) in hours.iter().enumerate() {
            let separator = if nth == 0 { "" } else { "; " };
            write!(f, "{separator}{} {start}–{end}", self.days((start, end)))?;
        }
        write!(f, " ({})", self.time_zone.replace('_', " "))
    }
}

impl Schedule {
    fn days(&self, hours: (&str, &str)) -> String {
        let open = |day: &&&str| {
            self.windows
                .iter()
                .any(|window| window.day == **day && window.hours() == hours)
        };
        let days: Vec<String> = WEEK
            .iter()
            .filter(open)
            .map(|day| capitalized(day))
            .collect();
        if days.len() == WEEK.len() {
            "daily".to_owned()
        } else {
            days.join(", ")
        }
    }
}

/// `MONDAY` → `Monday`
fn capitalized(day: &str) -> String {
    let (first, rest) = day.split_at(1);
    format!("{first}{}", rest.to_lowercase())
}
