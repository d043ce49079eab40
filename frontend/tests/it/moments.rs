use frontend::model::moment::{Moment, NotAMoment};

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

#[test]
fn reads_what_the_services_write() {
    assert_eq!(moment("1970-01-01T00:00:00Z").millis(), 0);
    assert_eq!(moment("2026-11-22T01:21:16Z").millis(), 1_795_310_476_000);
    assert_eq!(moment("2026-11-22T01:21:16.5Z").millis(), 1_795_310_476_500);
    assert_eq!(
        moment("2026-11-22T01:21:16.123456789Z").millis(),
        1_795_310_476_123
    );
    assert_eq!(
        moment("2026-11-21T20:21:16-05:00"),
        moment("2026-11-22T01:21:16Z")
    );
    assert_eq!(
        moment("2026-11-22T02:21:16+01:00"),
        moment("2026-11-22T01:21:16Z")
    );
}

#[test]
fn counts_leap_days() {
    let day = 86_400_000;
    assert_eq!(
        moment("2024-03-01T00:00:00Z").millis() - moment("2024-02-28T00:00:00Z").millis(),
        2 * day
    );
    assert_eq!(
        moment("2026-03-01T00:00:00Z").millis() - moment("2026-02-28T00:00:00Z").millis(),
        day
    );
    assert_eq!(
        moment("2100-03-01T00:00:00Z").millis() - moment("2100-02-28T00:00:00Z").millis(),
        day
    );
    assert_eq!(
        moment("2000-03-01T00:00:00Z").millis() - moment("2000-02-28T00:00:00Z").millis(),
        2 * day
    );
}

#[test]
fn refuses_what_is_no_date_time() {
    let no_moments = [
        "",
        "yesterday",
        "2026-11-22",
        "2026-13-22T01:21:16Z",
        "2026-11-22T25:21:16Z",
        "2026-11-22T01:21:16",
        "2026-11-22T01:21:16.Z",
        "2026-11-22T01:21:16.5",
        "2026-1-222T01:21:16Z",
        "2026-11-22T01:21:16+1",
        "2026-11-22Ü1:21:16Z",
        "+026-11-22T01:21:16Z",
    ];
    for text in no_moments {
        assert_eq!(text.parse::<Moment>(), Err(NotAMoment), "{text}");
    }
}

#[test]
fn says_how_long_ago() {
    let then = moment("2026-11-22T10:00:00Z");
    let after = |seconds: i64| then.ago(Moment::from_millis(then.millis() + seconds * 1_000));
    assert_eq!(after(-3), "just now", "the clocks differ a little");
    assert_eq!(after(0), "just now");
    assert_eq!(after(2), "2 s ago");
    assert_eq!(after(59), "59 s ago");
    assert_eq!(after(60), "1 min ago");
    assert_eq!(after(3_599), "59 min ago");
    assert_eq!(after(3_600), "1 h ago");
    assert_eq!(after(86_400), "1 day ago");
    assert_eq!(after(30 * 86_400), "30 days ago");
}
