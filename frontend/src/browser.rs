//! The browser's own facilities, each behind a function that says what it is for.

pub mod clock;
pub mod fetch;
pub mod place;
pub mod stream;
