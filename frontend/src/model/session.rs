//! Is somebody signed in, as far as this page knows?
//!
//! ```text
//!                  ┌─ nobody ──▶ Entering: leaves for the sign-in page, by itself
//!   Unknown ───────┤
//!                  └─ somebody ▶ Open ⇄ Leaving: signs out, and stays only where that fails
//!                                 └────────┴─ nobody ──▶ Over: says so, and waits for the person
//! ```
//!
//! A page that has had somebody never leaves for the sign-in page by itself. The provider may know the person
//! still, because they are just signing out, here or in another tab: it would sign them in again.

use super::trouble::Trouble;
use super::user::User;

/// The session behind this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// It is being found out who is signed in.
    Unknown {
        /// Why that has not worked so far.
        because: Option<Trouble>,
    },
    /// Nobody was; the page is on its way to the sign-in page.
    Entering,
    /// This person is.
    Open(User),
    /// This person is, and is signing out.
    Leaving(User),
    /// Somebody was, and nobody is any more.
    Over,
}

impl Default for Session {
    fn default() -> Self {
        Self::Unknown { because: None }
    }
}

impl Session {
    /// Who is signed in.
    #[must_use]
    pub const fn user(&self) -> Option<&User> {
        match self {
            Self::Open(user) | Self::Leaving(user) => Some(user),
            Self::Unknown { .. } | Self::Entering | Self::Over => None,
        }
    }

    /// Is there any point in following what happens?
    #[must_use]
    pub const fn is_worth_following(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::Open(_))
    }

    /// Somebody is signed in. False where that is not whom this page was made for: it must be made anew.
    #[must_use]
    pub fn recognized(&mut self, user: User) -> bool {
        match self {
            Self::Unknown { .. } => *self = Self::Open(user),
            Self::Open(before) if before.user_id == user.user_id => *before = user,
            Self::Open(_) => return false,
            // Too late to matter.
            Self::Entering | Self::Leaving(_) | Self::Over => {}
        }
        true
    }

    /// It could not be found out who is signed in.
    pub fn unrecognized(&mut self, why: Trouble) {
        if let Self::Unknown { because } = self {
            *because = Some(why);
        }
    }

    /// Nobody is signed in. True where the page should leave for the sign-in page, which it is told once.
    #[must_use]
    pub fn nobody(&mut self) -> bool {
        match self {
            Self::Unknown { .. } => {
                *self = Self::Entering;
                true
            }
            Self::Open(_) => {
                self.end();
                false
            }
            // Who signs out goes on to the provider, whatever else is answered meanwhile.
            Self::Entering | Self::Leaving(_) | Self::Over => false,
        }
    }

    /// The person signs out. False where there is nobody to do so, or they are at it already.
    #[must_use]
    pub fn leave(&mut self) -> bool {
        let Self::Open(user) = self else {
            return false;
        };
        *self = Self::Leaving(user.clone());
        true
    }

    /// Signing out failed.
    pub fn stay(&mut self) {
        if let Self::Leaving(user) = self {
            *self = Self::Open(user.clone());
        }
    }

    /// The session has ended.
    pub fn end(&mut self) {
        *self = Self::Over;
    }
}
