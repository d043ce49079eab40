//! Instants as the API writes them (RFC 3339), and how long ago they were.
//!
//! A date library would weigh more than the rest of this program; all that is needed is the distance of
//! two instants. The browser itself shows the wall-clock time, in the reader's zone and language.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de::Error as _};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// An instant, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

/// The text is not an RFC 3339 date-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAMoment;

impl Moment {
    /// The instant so many milliseconds after the beginning of 1970.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the beginning of 1970.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// So many seconds earlier.
    #[must_use]
    pub const fn before(self, seconds: u32) -> Self {
        Self(self.0 - seconds as i64 * SECOND)
    }

    /// How long ago this was, in words.
    ///
    /// The clocks of server and browser differ a little, so a moment that has not come yet is *just now*.
    #[must_use]
    pub fn ago(self, now: Self) -> String {
        let elapsed = now.0 - self.0;
        match elapsed {
            ..SECOND => "just now".to_owned(),
            SECOND..MINUTE => format!("{} s ago", elapsed / SECOND),
            MINUTE..HOUR => format!("{} min ago", elapsed / MINUTE),
            HOUR..DAY => format!("{} h ago", elapsed / HOUR),
            _ if elapsed < 2 * DAY => "1 day ago".to_owned(),
            _ => format!("{} days ago", elapsed / DAY),
        }
    }
}

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let (date, rest) = text.split_at_checked(10).ok_or(NotAMoment)?;
        let (time, zone) = rest
            .strip_prefix(['T', 't', ' '])
            .and_then(|rest| rest.split_at_checked(8))
            .ok_or(NotAMoment)?;
        let (fraction, zone) = fraction(zone)?;
        let [year, month, day] = numbers(date, '-')?;
        let [hour, minute, second] = numbers(time, ':')?;
        if !(1..=12).contains(&month)
            || !(1..=31).contains(&day)
            || hour > 23
            || minute > 59
            || second > 60
        {
            return Err(NotAMoment);
        }
        let clock = hour * HOUR + minute * MINUTE + second * SECOND + fraction;
        Ok(Self(
            days_since_1970(year, month, day) * DAY + clock - offset(zone)?,
        ))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|NotAMoment| D::Error::custom("not an RFC 3339 date-time"))
    }
}

fn numbers(text: &str, separator: char) -> Result<[i64; 3], NotAMoment> {
    let mut parts = text.split(separator).map(number);
    let mut next = || parts.next().unwrap_or(Err(NotAMoment));
    Ok([next()?, next()?, next()?])
}

fn number(text: &str) -> Result<i64, NotAMoment> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotAMoment);
    }
    text.parse().map_err(|_| NotAMoment)
}

/// Takes `.123456` off the front, as milliseconds.
fn fraction(text: &str) -> Result<(i64, &str), NotAMoment> {
    let Some(digits) = text.strip_prefix('.') else {
        return Ok((0, text));
    };
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .ok_or(NotAMoment)?;
    let (digits, zone) = digits.split_at(end);
    number(digits)?;
    Ok((number(&format!("{digits:0<3}")[..3])?, zone))
}

fn offset(zone: &str) -> Result<i64, NotAMoment> {
    let (sign, hours_minutes) = match zone.split_at_checked(1).ok_or(NotAMoment)? {
        ("Z" | "z", "") => return Ok(0),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return Err(NotAMoment),
    };
    let (hours, minutes) = hours_minutes.split_once(':').ok_or(NotAMoment)?;
    Ok(sign * (number(hours)? * HOUR + number(minutes)? * MINUTE))
}

/// Days of the proleptic Gregorian calendar, counted in years that begin in March so that the leap day comes last.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}
