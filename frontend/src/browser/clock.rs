//! The browser's clock, and how it writes an instant in the reader's zone and language.

use js_sys::Date;
use wasm_bindgen::JsValue;

use crate::model::moment::Moment;

/// What the clock shows.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole milliseconds, far from the limits of i64"
)]
pub fn now() -> Moment {
    Moment::from_millis(Date::now() as i64)
}

/// A number from 0 to 1, to spread what would otherwise happen at once.
#[must_use]
pub fn jitter() -> f64 {
    js_sys::Math::random()
}

/// For the `datetime` attribute.
#[must_use]
pub fn machine_readable(moment: Moment) -> String {
    date(moment).to_iso_string().into()
}

/// Date and time as the reader writes them.
#[must_use]
pub fn date_and_time(moment: Moment) -> String {
    date(moment)
        .to_locale_string("default", &JsValue::UNDEFINED)
        .into()
}

/// The time of the day as the reader writes it.
#[must_use]
pub fn time_of_day(moment: Moment) -> String {
    date(moment).to_locale_time_string("default").into()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of this age are exact in an f64"
)]
fn date(moment: Moment) -> Date {
    Date::new(&JsValue::from_f64(moment.millis() as f64))
}
