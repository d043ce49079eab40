//! Wall clocks, one named case after another.

use access::{
    ExceptionDraft, Fault, Operation, Outcome, Schedule, ScheduleDraft, SystemRole,
    WeeklyWindowDraft, WindowDraft, decide,
};
use jiff::civil::date;

use crate::world::{ask, closed, customer, employed, facts, instant, roles, schedule};

fn weekly(zone: &str, day: &str, start: &str, end: &str) -> Schedule {
    schedule(&format!(
        r#"{{"timeZone":"{zone}","windows":[{{"day":"{day}","start":"{start}","end":"{end}"}}],"exceptions":[]}}"#
    ))
}

fn nights() -> Schedule {
    let days = [
        "MONDAY",
        "TUESDAY",
        "WEDNESDAY",
        "THURSDAY",
        "FRIDAY",
        "SATURDAY",
        "SUNDAY",
    ];
    let windows: Vec<_> = days
        .iter()
        .map(|day| format!(r#"{{"day":"{day}","start":"22:00","end":"06:00"}}"#))
        .collect();
    schedule(&format!(
        r#"{{"timeZone":"America/New_York","windows":[{}],"exceptions":[{{"date":"2026-12-24","windows":[]}},{{"date":"2026-12-31","windows":[{{"start":"20:00","end":"08:00"}}]}}]}}"#,
        windows.join(",")
    ))
}

#[track_caller]
fn opens(schedule: &Schedule, at: &str, open: bool) {
    assert_eq!(schedule.is_open(instant(at)), open, "{at}");
}

#[test]
fn a_window_is_half_open() {
    let morning = weekly("UTC", "MONDAY", "08:00", "12:00");
    opens(&morning, "2026-11-23T07:59:59.999Z", false);
    opens(&morning, "2026-11-23T08:00:00Z", true);
    opens(&morning, "2026-11-23T11:59:59.999Z", true);
    opens(&morning, "2026-11-23T12:00:00Z", false);
    opens(&morning, "2026-11-24T09:00:00Z", false);
}

#[test]
fn twenty_four_hundred_is_the_end_of_the_day() {
    let evening = weekly("UTC", "SUNDAY", "18:00", "24:00");
    opens(&evening, "2026-11-22T23:59:59Z", true);
    opens(&evening, "2026-11-23T00:00:00Z", false);
}

#[test]
fn an_end_at_midnight_is_the_same_as_twenty_four_hundred() {
    let evening = weekly("UTC", "SUNDAY", "18:00", "00:00");
    opens(&evening, "2026-11-22T23:59:59Z", true);
    opens(&evening, "2026-11-23T00:00:00Z", false);
}

#[test]
fn a_window_over_midnight_belongs_to_the_date_on_which_it_starts() {
    let saturday_night = weekly("UTC", "SATURDAY", "22:00", "06:00");
    opens(&saturday_night, "2026-11-21T05:59:00Z", false);
    opens(&saturday_night, "2026-11-21T22:00:00Z", true);
    opens(&saturday_night, "2026-11-22T05:59:59Z", true);
    opens(&saturday_night, "2026-11-22T06:00:00Z", false);
    opens(&saturday_night, "2026-11-22T22:00:00Z", false);
}

#[test]
fn the_wall_clock_is_that_of_the_zone() {
    let weekend = weekly("Europe/Madrid", "SATURDAY", "00:00", "24:00");
    opens(&weekend, "2026-11-20T22:59:59Z", false);
    opens(&weekend, "2026-11-20T23:00:00Z", true);
    opens(&weekend, "2026-11-21T22:59:59Z", true);
    opens(&weekend, "2026-11-21T23:00:00Z", false);
}

#[test]
fn an_exception_replaces_the_windows_that_start_on_its_date() {
    // New York is five hours behind UTC in December.
    opens(&nights(), "2026-12-24T10:59:00Z", true); // 05:59, the night of the 23rd
    opens(&nights(), "2026-12-25T03:00:00Z", false); // the 24th, 22:00: nothing starts
    opens(&nights(), "2026-12-25T10:00:00Z", false); // the 25th, 05:00: nothing runs on
    opens(&nights(), "2026-12-26T03:00:00Z", true); // the 25th, 22:00: as every week
}

#[test]
fn an_exception_may_open_longer() {
    opens(&nights(), "2027-01-01T01:00:00Z", true); // the 31st, 20:00
    opens(&nights(), "2027-01-01T12:59:00Z", true); // the 1st, 07:59
    opens(&nights(), "2027-01-01T13:00:00Z", false);
}

#[test]
fn an_empty_schedule_is_never_open() {
    opens(&closed(), "2026-11-22T12:00:00Z", false);
}

#[test]
fn the_hour_skipped_in_spring_never_comes() {
    // New York goes from 01:59:59 to 03:00:00 on 8 March 2026.
    let skipped = weekly("America/New_York", "SUNDAY", "02:00", "03:00");
    opens(&skipped, "2026-03-08T06:59:59Z", false); // 01:59:59
    opens(&skipped, "2026-03-08T07:00:00Z", false); // 03:00:00
    opens(&skipped, "2026-03-15T06:30:00Z", true); // 02:30 a week later
}

#[test]
fn a_night_with_the_skipped_hour_ends_by_the_clock_an_hour_early() {
    opens(&nights(), "2026-03-08T03:00:00Z", true); // the 7th, 22:00
    opens(&nights(), "2026-03-08T07:00:00Z", true); // 03:00
    opens(&nights(), "2026-03-08T09:59:59Z", true); // 05:59:59
    opens(&nights(), "2026-03-08T10:00:00Z", false); // 06:00
}

#[test]
fn the_hour_repeated_in_autumn_comes_twice() {
    // New York goes from 01:59:59 back to 01:00:00 on 1 November 2026.
    let repeated = weekly("America/New_York", "SUNDAY", "01:00", "02:00");
    opens(&repeated, "2026-11-01T04:59:59Z", false);
    opens(&repeated, "2026-11-01T05:30:00Z", true);
    opens(&repeated, "2026-11-01T06:30:00Z", true);
    opens(&repeated, "2026-11-01T07:00:00Z", false);
}

#[test]
fn a_day_that_starts_after_midnight_still_has_its_night() {
    // Beirut skips 00:00 to 01:00 on 29 March 2026.
    let saturday_night = weekly("Asia/Beirut", "SATURDAY", "23:00", "00:30");
    opens(&saturday_night, "2026-03-28T21:59:59Z", true); // 23:59:59
    opens(&saturday_night, "2026-03-28T22:00:00Z", false); // 01:00:00
}

#[test]
fn the_ends_of_time_are_no_error() {
    opens(&nights(), &jiff::Timestamp::MIN.to_string(), false);
    opens(&nights(), &jiff::Timestamp::MAX.to_string(), false);
}

fn faults(json: &str) -> Vec<String> {
    let draft: ScheduleDraft = serde_json::from_str(json).unwrap();
    let faults = Schedule::try_from(draft).unwrap_err().faults;
    faults
        .into_iter()
        .map(|Fault { field, .. }| field)
        .collect()
}

#[test]
fn every_fault_is_named() {
    assert_eq!(
        faults(
            r#"{"timeZone":"Mars/Olympus","windows":[
                {"day":"MONDAY","start":"08:00","end":"08:00"},
                {"day":"Monday","start":"24:00","end":"24:01"},
                {"day":"SUNDAY","start":"8:00","end":"12:60"}
            ],"exceptions":[
                {"date":"2026-02-30","windows":[{"start":"","end":"+1:00"}]},
                {"date":"2026-12-24","windows":[]},
                {"date":"2026-12-24","windows":[]}
            ]}"#
        ),
        [
            "timeZone",
            "windows[0].end",
            "windows[1].day",
            "windows[1].start",
            "windows[1].end",
            "windows[2].start",
            "windows[2].end",
            "exceptions[0].date",
            "exceptions[0].windows[0].start",
            "exceptions[0].windows[0].end",
            "exceptions[2].date",
        ]
    );
}

/// With so many windows a week, so many exceptions, and so many windows on each of these.
fn drafted(windows: usize, exceptions: usize, on_each: usize) -> ScheduleDraft {
    let window = || WindowDraft {
        start: "22:00".to_owned(),
        end: "06:00".to_owned(),
    };
    let exception = |date: jiff::civil::Date| ExceptionDraft {
        date: date.to_string(),
        windows: (0..on_each).map(|_| window()).collect(),
    };
    let weekly = WeeklyWindowDraft {
        day: "SUNDAY".to_owned(),
        start: "00:00".to_owned(),
        end: "24:00".to_owned(),
    };
    let dates = date(2026, 11, 22).series(jiff::Span::new().days(1));
    ScheduleDraft {
        time_zone: "UTC".to_owned(),
        windows: vec![weekly; windows],
        exceptions: dates.take(exceptions).map(exception).collect(),
    }
}

#[test]
fn a_schedule_that_is_too_long_is_refused() {
    Schedule::try_from(drafted(28, 100, 4)).unwrap();
    for (windows, exceptions, on_each, field) in [
        (29, 0, 0, "windows"),
        (0, 101, 5, "exceptions"),
        (28, 1, 5, "exceptions[0].windows"),
    ] {
        let invalid = Schedule::try_from(drafted(windows, exceptions, on_each)).unwrap_err();
        let [fault] = &invalid.faults[..] else {
            panic!("{invalid}");
        };
        assert_eq!(fault.field, field);
    }
}

#[test]
fn of_a_schedule_that_is_told_the_exceptions_are_those_that_bear_on_the_instant() {
    let mut guard = employed(1, customer(1));
    guard.roles = roles([SystemRole::Disarmer]);
    guard.schedule = Some(Schedule::try_from(drafted(1, 100, 1)).unwrap());
    // The exception of the 22nd, at noon: nothing is open.
    let question = ask(Operation::Disarm);
    let Outcome::Denied { missing } = decide(&question, &facts([guard.clone()])).outcome else {
        panic!("not denied");
    };
    let told = missing.unwrap().outside_schedule.unwrap();
    assert_eq!(told, Schedule::try_from(drafted(1, 1, 1)).unwrap());

    // In the night of the 22nd, when both that date and the next are exceptions.
    let mut question = question;
    question.at = instant("2026-11-23T03:00:00Z");
    let Outcome::Allowed { grants } = decide(&question, &facts([guard])).outcome else {
        panic!("not allowed");
    };
    let told = grants[0].schedule.as_ref().unwrap();
    assert_eq!(*told, Schedule::try_from(drafted(1, 2, 1)).unwrap());
    assert!(told.is_open(question.at));
}

#[test]
fn unknown_zones_are_refused() {
    for zone in [
        "",
        "Etc/Unknown",
        "Mars/Olympus",
        "+02:00",
        "EST5EDT4",
        "../UTC",
        "localtime",
    ] {
        let json = format!(r#"{{"timeZone":"{zone}","windows":[],"exceptions":[]}}"#);
        assert_eq!(faults(&json), ["timeZone"], "{zone}");
    }
}

#[test]
fn a_schedule_is_written_in_one_form() {
    let given = schedule(
        r#"{"timeZone":"america/new_york","windows":[
            {"day":"TUESDAY","start":"08:00","end":"24:00"},
            {"day":"MONDAY","start":"10:00","end":"12:00"},
            {"day":"MONDAY","start":"08:00","end":"09:00"},
            {"day":"MONDAY","start":"08:00","end":"09:00"}
        ],"exceptions":[]}"#,
    );
    assert_eq!(
        serde_json::to_string(&given).unwrap(),
        concat!(
            r#"{"timeZone":"America/New_York","windows":["#,
            r#"{"day":"MONDAY","start":"08:00","end":"09:00"},"#,
            r#"{"day":"MONDAY","start":"10:00","end":"12:00"},"#,
            r#"{"day":"TUESDAY","start":"08:00","end":"24:00"}],"exceptions":[]}"#
        )
    );
}
