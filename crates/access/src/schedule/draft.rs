//! Schedules as people write them: texts, with all faults found and named.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{Minute, Schedule, Window, zone};

/// So many windows a week has at most: four a day, which is a shift of two halves, twice.
const WINDOWS: Limit = Limit {
    most: 28,
    passed: "more than the 28 windows that a week may have",
};
/// So many windows a date has at most that is an exception: as many as any other day.
const WINDOWS_OF_A_DATE: Limit = Limit {
    most: 4,
    passed: "more than the 4 windows that a date may have",
};
/// So many dates are exceptions at most: the holidays and the leave of a year, and of much of the next.
///
/// A schedule travels in every event, every token and every answer about whom it restricts, and is kept by everybody
/// who decides; it is written by one tenant, and paid for by all.
const EXCEPTIONS: Limit = Limit {
    most: 100,
    passed: "more than the 100 dates that may be exceptions",
};

struct Limit {
    most: usize,
    passed: &'static str,
}

/// A schedule before it is checked: the JSON form, in which it also travels and is stored.
///
/// Unknown fields are refused and none may be left out: a restriction that is not understood
/// must not be dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Schedule)]
pub struct ScheduleDraft {
    /// IANA name of the time zone.
    #[schema(example = "America/New_York")]
    pub time_zone: String,
    /// The windows of each week.
    #[schema(max_items = 28)]
    pub windows: Vec<WeeklyWindowDraft>,
    /// The dates on which other windows apply.
    #[schema(max_items = 100)]
    pub exceptions: Vec<ExceptionDraft>,
}

/// A window of each week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WeeklyWindow)]
pub struct WeeklyWindowDraft {
    /// The weekday on which it starts.
    #[schema(example = "MONDAY")]
    pub day: String,
    /// When it starts, from 00:00 to 23:59.
    #[schema(example = "22:00")]
    pub start: String,
    /// When it ends, to 24:00; over midnight if before the start.
    #[schema(example = "06:00")]
    pub end: String,
}

/// The windows that start on one date, instead of the weekly ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScheduleException)]
pub struct ExceptionDraft {
    /// The date.
    #[schema(example = "2026-12-24")]
    pub date: String,
    /// Its windows; none closes the date.
    #[schema(max_items = 4)]
    pub windows: Vec<WindowDraft>,
}

/// A window of a known date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Window)]
pub struct WindowDraft {
    /// When it starts, from 00:00 to 23:59.
    #[schema(example = "22:00")]
    pub start: String,
    /// When it ends, to 24:00; over midnight if before the start.
    #[schema(example = "06:00")]
    pub end: String,
}

/// One thing that is wrong with a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field, such as `windows[2].end`.
    pub field: String,
    /// What is wrong with it.
    pub detail: Cow<'static, str>,
}

/// The draft is no schedule, for these reasons; there is at least one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct InvalidSchedule {
    /// What is wrong, in the order of the fields.
    pub faults: Vec<Fault>,
}

impl fmt::Display for InvalidSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a schedule")?;
        for Fault { field, detail } in &self.faults {
            write!(f, "; {field}: {detail}")?;
        }
        Ok(())
    }
}

impl TryFrom<ScheduleDraft> for Schedule {
    type Error = InvalidSchedule;

    fn try_from(draft: ScheduleDraft) -> Result<Self, InvalidSchedule> {
        let mut faults = Faults::default();
        let zone = zone(&draft.time_zone)
            .or_else(|| faults.add("timeZone".to_owned(), "not the name of an IANA time zone"));
        let weekly = weekly(&draft.windows, &mut faults);
        let exceptions = exceptions(&draft.exceptions, &mut faults);
        match zone {
            Some((zone, zone_name)) if faults.0.is_empty() => Ok(Self {
                zone,
                zone_name,
                weekly,
                exceptions,
            }),
            _ => Err(InvalidSchedule { faults: faults.0 }),
        }
    }
}

impl From<Schedule> for ScheduleDraft {
    fn from(schedule: Schedule) -> Self {
        let weekly = DAYS.iter().filter_map(|(name, day)| {
            Some((name, schedule.weekly.get(&day.to_monday_zero_offset())?))
        });
        Self {
            windows: weekly
                .flat_map(|(name, windows)| windows.iter().map(move |window| window.on(name)))
                .collect(),
            exceptions: schedule
                .exceptions
                .iter()
                .map(|(date, windows)| ExceptionDraft {
                    date: date.to_string(),
                    windows: windows.iter().map(|window| window.draft()).collect(),
                })
                .collect(),
            time_zone: schedule.zone_name,
        }
    }
}

// In an API description a schedule is what its draft is.
impl PartialSchema for Schedule {
    fn schema() -> RefOr<Schema> {
        ScheduleDraft::schema()
    }
}

impl ToSchema for Schedule {
    fn name() -> Cow<'static, str> {
        ScheduleDraft::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ScheduleDraft::schemas(schemas);
    }
}

const DAYS: [(&str, Weekday); 7] = [
    ("MONDAY", Weekday::Monday),
    ("TUESDAY", Weekday::Tuesday),
    ("WEDNESDAY", Weekday::Wednesday),
    ("THURSDAY", Weekday::Thursday),
    ("FRIDAY", Weekday::Friday),
    ("SATURDAY", Weekday::Saturday),
    ("SUNDAY", Weekday::Sunday),
];

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault, and stands for the value that could not be had.
    fn add<T>(&mut self, field: String, detail: &'static str) -> Option<T> {
        self.0.push(Fault {
            field,
            detail: Cow::Borrowed(detail),
        });
        None
    }

    /// These, if they are not too many; or else none, for nobody reads so many faults.
    fn within<'a, T>(&mut self, limit: &Limit, field: &str, drafts: &'a [T]) -> &'a [T] {
        if drafts.len() > limit.most {
            self.add::<()>(field.to_owned(), limit.passed);
            return &[];
        }
        drafts
    }
}

fn weekly(drafts: &[WeeklyWindowDraft], faults: &mut Faults) -> BTreeMap<i8, Vec<Window>> {
    let mut weekly: BTreeMap<i8, Vec<Window>> = BTreeMap::new();
    let drafts = faults.within(&WINDOWS, "windows", drafts);
    for (index, draft) in drafts.iter().enumerate() {
        let field = format!("windows[{index}]");
        let day = DAYS.iter().find(|(name, _)| *name == draft.day);
        let day = day.map(|&(_, day)| day).or_else(|| {
            faults.add(
                format!("{field}.day"),
                "not a weekday from MONDAY to SUNDAY",
            )
        });
        let window = window(&field, &draft.start, &draft.end, faults);
        if let (Some(day), Some(window)) = (day, window) {
            weekly
                .entry(day.to_monday_zero_offset())
                .or_default()
                .push(window);
        }
    }
    weekly
        .into_iter()
        .map(|(day, windows)| (day, in_order(windows)))
        .collect()
}

fn exceptions(drafts: &[ExceptionDraft], faults: &mut Faults) -> BTreeMap<Date, Vec<Window>> {
    let mut exceptions = BTreeMap::new();
    let drafts = faults.within(&EXCEPTIONS, "exceptions", drafts);
    for (index, draft) in drafts.iter().enumerate() {
        let field = format!("exceptions[{index}]");
        let date = date(&draft.date)
            .or_else(|| faults.add(format!("{field}.date"), "not a date such as 2026-12-24"));
        let within = format!("{field}.windows");
        let windows = faults.within(&WINDOWS_OF_A_DATE, &within, &draft.windows);
        let windows = windows.iter().enumerate().filter_map(|(index, draft)| {
            let field = format!("{within}[{index}]");
            window(&field, &draft.start, &draft.end, faults)
        });
        let windows = in_order(windows.collect());
        if let Some(date) = date
            && exceptions.insert(date, windows).is_some()
        {
            faults.add::<()>(
                format!("{field}.date"),
                "a date that has an exception already",
            );
        }
    }
    exceptions
}

/// The same windows are the same schedule, in whatever order they were given.
fn in_order(mut windows: Vec<Window>) -> Vec<Window> {
    windows.sort_unstable();
    windows.dedup();
    windows
}

fn window(field: &str, start: &str, end: &str, faults: &mut Faults) -> Option<Window> {
    let from = minute(start)
        .filter(|start| *start < Minute::END_OF_DAY)
        .or_else(|| faults.add(format!("{field}.start"), "not a time from 00:00 to 23:59"));
    let to = minute(end)
        .or_else(|| faults.add(format!("{field}.end"), "not a time from 00:00 to 24:00"));
    let window = Window {
        start: from?,
        end: to?,
    };
    if window.start == window.end {
        return faults.add(format!("{field}.end"), "the same time as the start");
    }
    Some(window)
}

/// A date in its one form, `2026-12-24`.
fn date(text: &str) -> Option<Date> {
    text.parse()
        .ok()
        .filter(|date: &Date| date.to_string() == text)
}

/// A time in its one form, `HH:MM`, to 24:00.
fn minute(text: &str) -> Option<Minute> {
    let (hours, minutes) = text.split_once(':')?;
    let minute = Minute(two_digits(hours)? * 60 + two_digits(minutes).filter(|m| *m < 60)?);
    (minute <= Minute::END_OF_DAY).then_some(minute)
}

fn two_digits(text: &str) -> Option<u16> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

impl Window {
    fn draft(self) -> WindowDraft {
        WindowDraft {
            start: self.start.to_string(),
            end: self.end.to_string(),
        }
    }

    fn on(self, day: &str) -> WeeklyWindowDraft {
        let WindowDraft { start, end } = self.draft();
        WeeklyWindowDraft {
            day: day.to_owned(),
            start,
            end,
        }
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}
