//! Errors with their causes: the text of the outermost alone often says nothing.

use std::{error::Error, fmt::Write as _};

/// The error and all its causes in one line, for a log.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a string does not fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}
