//! Refresh tokens: a family of them, each replacing the one before (RFC 9700, section 4.14.2).
//!
//! ```text
//!   token 1 ──presented──▶ token 2 ──presented──▶ token 3
//!      └──presented again──▶ token 2: the answer was lost on the way
//!      └──presented after token 2 was ──▶ two hold the family; one of them is a thief: revoke it
//! ```
//!
//! A token is a ticket for family and generation, so a successor can be handed out twice. All that needs remembering is
//! the highest generation that was ever presented.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::id::FamilyId;

/// A family that nobody used for so long is over, whatever remains of its session.
const IDLE: SignedDuration = SignedDuration::from_hours(8);

/// One refresh token: its family and how manieth it is, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshToken {
    /// The family.
    pub family: FamilyId,
    /// How manieth.
    pub generation: u32,
}

impl RefreshToken {
    /// The first one of a family.
    #[must_use]
    pub const fn first(family: FamilyId) -> Self {
        Self {
            family,
            generation: 1,
        }
    }

    /// The content of its ticket.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        [
            &self.family.as_uuid().as_bytes()[..],
            &self.generation.to_be_bytes(),
        ]
        .concat()
    }

    /// From the content of its ticket.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (family, generation) = bytes.split_at_checked(16)?;
        Some(Self {
            family: Uuid::from_slice(family).ok()?.into(),
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }
}

/// What presenting a refresh token means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented {
    /// It yields this successor.
    Yields(RefreshToken),
    /// Its successor was presented before it came back: the family is revoked.
    Replayed,
    /// It was never handed out.
    Unknown,
}

/// Decides on `token`, when `presented` is the highest generation of its family that was presented before.
#[must_use]
pub fn present(token: RefreshToken, presented: u32) -> Presented {
    let successor = RefreshToken {
        generation: token.generation.saturating_add(1),
        ..token
    };
    match token.generation {
        0 => Presented::Unknown,
        this if this < presented => Presented::Replayed,
        this if this <= presented.saturating_add(1) => Presented::Yields(successor),
        _ => Presented::Unknown,
    }
}

/// Whether a family still counts that was used last at `used_at`.
#[must_use]
pub fn is_used(used_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(used_at) <= IDLE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(generation: u32) -> RefreshToken {
        RefreshToken {
            family: Uuid::nil().into(),
            generation,
        }
    }

    #[test]
    fn a_predecessor_yields_the_same_successor_until_that_is_presented() {
        assert_eq!(present(token(1), 0), Presented::Yields(token(2)));
        assert_eq!(present(token(1), 1), Presented::Yields(token(2)));
        assert_eq!(present(token(2), 1), Presented::Yields(token(3)));
        assert_eq!(present(token(1), 2), Presented::Replayed);
    }

    #[test]
    fn a_token_that_was_never_handed_out_is_unknown() {
        assert_eq!(present(token(0), 0), Presented::Unknown);
        assert_eq!(present(token(2), 0), Presented::Unknown);
        assert_eq!(present(token(9), 3), Presented::Unknown);
    }

    #[test]
    fn tokens_survive_their_ticket() {
        assert_eq!(
            RefreshToken::from_bytes(&token(7).to_bytes()),
            Some(token(7))
        );
        assert_eq!(RefreshToken::from_bytes(b"short"), None);
        assert_eq!(RefreshToken::from_bytes(&[0; 21]), None);
    }
}
