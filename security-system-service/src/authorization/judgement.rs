//! What was decided, whoever decided it.

use jiff::SignedDuration;
use outbox::ConsistencyToken;

use super::Rights;

/// What somebody may do to each of some systems.
#[derive(Debug, Clone)]
pub struct Judged {
    /// In the order of the systems: nothing, where one may not be viewed after all.
    pub rights: Vec<Option<Rights>>,
    /// How far the sources of the facts had come.
    pub as_of: ConsistencyToken,
}

/// All that a permit, or its refusal, follows from.
#[derive(Debug, Clone)]
pub(super) struct Judgement {
    /// What the caller may do; nothing, if they may not view the system, or there is none.
    pub(super) rights: Option<Rights>,
    /// How old the facts were at most.
    pub(super) age: SignedDuration,
    /// How far their sources had come.
    pub(super) as_of: ConsistencyToken,
    /// The version of the policies, where policies decided.
    pub(super) policy_version: Option<String>,
}
