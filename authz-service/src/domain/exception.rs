//! Exceptions: grants for a while, which two people agree on, and which lapse by themselves.

use jiff::{SignedDuration, Timestamp};
use pdp::{Question, Uid};

use super::{Actor, Signed};

/// What is asked for: that somebody may do something to one thing, for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Who is to be allowed it.
    pub subject: Uid,
    /// What, by the action's id.
    pub action: String,
    /// To what: exactly this.
    pub resource: Uid,
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: Timestamp,
}

/// An exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The how manieth of all.
    pub number: i64,
    /// What was asked for.
    pub wish: Wish,
    /// By whom, and when.
    pub asked: Signed,
    /// Who approved it, and when, if anybody did.
    pub approved: Option<Signed>,
    /// Who took it back, and when, if anybody did.
    pub taken_back: Option<Signed>,
}

/// What an exception is at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has approved it yet.
    Asked,
    /// It counts.
    InForce,
    /// Its time is over, whether it ever counted or not.
    Lapsed,
    /// Somebody has taken it back.
    TakenBack,
}

/// Something that somebody did with an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionDeed {
    /// The how manieth of all.
    pub number: i64,
    /// What.
    pub kind: ExceptionDeedKind,
    /// With which exception.
    pub exception: i64,
    /// By whom, and when.
    pub signed: Signed,
}

/// What can be done with an exception. That it lapses nobody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExceptionDeedKind {
    /// It was asked for.
    Asked,
    /// Somebody else approved it.
    Approved,
    /// It was taken back.
    TakenBack,
}

impl Wish {
    /// The longest that an exception can last, from when it is asked for.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// Whether it ends after this, and not too late.
    #[must_use]
    pub fn is_bounded(&self, now: Timestamp) -> bool {
        let left = self.until.duration_since(now);
        left.is_positive() && left <= Self::LONGEST
    }

    /// What would be asked if it were used.
    #[must_use]
    pub fn question(&self, action: Uid) -> Question {
        Question::new(self.subject.clone(), action, self.resource.clone())
    }
}

impl Exception {
    /// What it is at this instant.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        if self.taken_back.is_some() {
            Standing::TakenBack
        } else if self.wish.until <= now {
            Standing::Lapsed
        } else if self.approved.is_some() {
            Standing::InForce
        } else {
            Standing::Asked
        }
    }

    /// Whether somebody has asked for it, or would be allowed something by it: whoever did approves nothing.
    #[must_use]
    pub fn concerns(&self, somebody: &Actor) -> bool {
        self.asked.by.id == somebody.id || self.wish.subject.id == somebody.id.to_string()
    }
}

impl Standing {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "ASKED",
            Self::InForce => "IN_FORCE",
            Self::Lapsed => "LAPSED",
            Self::TakenBack => "TAKEN_BACK",
        }
    }
}

impl ExceptionDeedKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Asked, Self::Approved, Self::TakenBack];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "ASKED",
            Self::Approved => "APPROVED",
            Self::TakenBack => "TAKEN_BACK",
        }
    }
}
