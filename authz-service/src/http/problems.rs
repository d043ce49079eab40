//! How requests fail, and what callers are told about it.

use chassis::problem::{
    CONFLICT, MALFORMED, NOT_FRESH_ENOUGH, PRECONDITION_FAILED, Problem, UNDECIDED,
};
use database::is_outage;
use pdp::{Fault, Faults};
use serde::Serialize;

use crate::app::{Rejected, Unanswered};
use crate::store::NotDone;

chassis::problems! {
    /// More is asked in one request than is answered in one.
    pub TOO_MANY_EVALUATIONS = 413 "too-many-evaluations";
    /// The caller is no policy administrator.
    pub NOT_A_POLICY_ADMINISTRATOR = 403 "not-a-policy-administrator";
    /// Nobody approves what they uploaded.
    pub OWN_POLICIES = 403 "own-policies";
    /// Nobody approves an exception that they have asked for, or that is for them.
    pub OWN_EXCEPTION = 403 "own-exception";
    /// There are no exceptions where services tell facts.
    pub NO_EXCEPTIONS = 409 "no-exceptions";
    /// The exception has lapsed, or was taken back.
    pub EXCEPTION_OVER = 409 "exception-over";
    /// As many exceptions count already as can.
    pub TOO_MANY_EXCEPTIONS = 409 "too-many-exceptions";
    /// The policies know no exceptions of this kind.
    pub UNFIT_EXCEPTION = 422 "unfit-exception";
    /// The same files are a version already.
    pub SAME_POLICIES = 409 "same-policies";
    /// Nobody has approved the version.
    pub UNAPPROVED_POLICIES = 409 "unapproved-policies";
    /// Somebody has approved the version, too long ago.
    pub APPROVAL_EXPIRED = 409 "approval-expired";
    /// What is known does not fit the version's schema.
    pub UNFIT_POLICIES = 409 "unfit-policies";
    /// The policies make no sense, or fail a test of their own.
    pub UNSOUND_POLICIES = 422 "unsound-policies";
}

impl From<Unanswered> for Problem {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Unfit(_)
            | Unanswered::Term { .. }
            | Unanswered::Cursor
            | Unanswered::NoCondition(_) => Self::new(&MALFORMED).detail(format!("{unanswered}.")),
            Unanswered::NotFresh(_) => Self::new(&NOT_FRESH_ENOUGH)
                .detail(format!("{unanswered}."))
                .retry_after(1),
            Unanswered::Undecided(cause) => {
                tracing::warn!(%cause, "undecided");
                Self::new(&UNDECIDED).retry_after(1)
            }
            Unanswered::Refused(error) => Self::internal(error),
        }
    }
}

/// What is wrong with policies, and where.
#[derive(Serialize)]
struct FaultBody<'a> {
    file: &'a str,
    line: Option<usize>,
    detail: &'a str,
}

impl<'a> From<&'a Fault> for FaultBody<'a> {
    fn from(fault: &'a Fault) -> Self {
        Self {
            file: &fault.file,
            line: fault.line,
            detail: &fault.message,
        }
    }
}

impl From<Rejected> for Problem {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Faults(Faults(faults)) => {
                let errors: Vec<_> = faults.iter().map(FaultBody::from).collect();
                Self::new(&UNSOUND_POLICIES).with("errors", errors)
            }
            Rejected::Unfit(why) => Self::new(&UNFIT_POLICIES).detail(format!("{why}.")),
            Rejected::NotDone(why) => why.into(),
            Rejected::NoExceptions => Self::new(&NO_EXCEPTIONS),
            Rejected::Inadmissible(why) => Self::new(&UNFIT_EXCEPTION).detail(format!("{why}.")),
            Rejected::Unbounded => {
                Self::invalid("until", "must lie ahead, and within thirty days from now")
            }
            Rejected::Lost(error) => Self::internal(error),
        }
    }
}

impl From<NotDone> for Problem {
    fn from(why: NotDone) -> Self {
        match why {
            NotDone::Unknown => Self::not_found(),
            NotDone::Same(version) => Self::new(&SAME_POLICIES).with("version", version),
            NotDone::Own => Self::new(&OWN_POLICIES),
            NotDone::Unapproved => Self::new(&UNAPPROVED_POLICIES),
            NotDone::Expired => Self::new(&APPROVAL_EXPIRED),
            NotDone::Over => Self::new(&EXCEPTION_OVER),
            NotDone::TooMany => Self::new(&TOO_MANY_EXCEPTIONS),
            NotDone::Overtaken => Self::new(&CONFLICT).detail(format!("{why}.")),
            NotDone::OwnException => Self::new(&OWN_EXCEPTION),
            NotDone::Outdated => Self::new(&PRECONDITION_FAILED),
            NotDone::Database(error) if is_outage(&error) => Self::unavailable(error),
            NotDone::Database(error) => Self::internal(error),
        }
    }
}
