use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A place in a publisher's outbox.
///
/// Within an epoch positions are dense and in commit order. Epochs only grow; a new one begins
/// when the positions of the old one can no longer be trusted, for example after the publisher's
/// database was restored from a backup. The order is therefore by epoch first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Position {
    /// Which numbering this position belongs to.
    pub epoch: i64,
    /// The number within the epoch; 0 is before the first message.
    pub position: i64,
}

impl Position {
    /// The position `position` of epoch `epoch`.
    #[must_use]
    pub const fn new(epoch: i64, position: i64) -> Self {
        Self { epoch, position }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.epoch, self.position)
    }
}

/// The text is not a position such as `1:42`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a position: expected `epoch:position`, such as `1:42`")]
pub struct NotAPosition;

impl FromStr for Position {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let (epoch, position) = text.split_once(':').ok_or(NotAPosition)?;
        Ok(Self::new(number(epoch)?, number(position)?))
    }
}

/// Exactly one text for each number: no sign, no leading zero.
fn number(digits: &str) -> Result<i64, NotAPosition> {
    let canonical =
        digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    if !canonical {
        return Err(NotAPosition);
    }
    digits.parse().map_err(|_| NotAPosition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_ordered_by_epoch_first() {
        assert!(Position::new(1, 900) < Position::new(2, 3));
        assert!(Position::new(2, 3) < Position::new(2, 4));
    }

    #[test]
    fn has_exactly_one_text() {
        assert_eq!("1:42".parse(), Ok(Position::new(1, 42)));
        assert_eq!(Position::new(1, 42).to_string(), "1:42");
        for wrong in [
            "",
            ":",
            "1",
            "1:",
            ":1",
            "01:2",
            "1:02",
            "+1:2",
            "-1:2",
            "1:-2",
            "1:2:3",
            "1: 2",
            "1:99999999999999999999",
        ] {
            assert_eq!(wrong.parse::<Position>(), Err(NotAPosition), "{wrong:?}");
        }
    }
}
