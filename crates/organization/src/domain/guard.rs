//! Nobody decides about themselves.
//!
//! An administrator changes neither their own roles, schedule, employment or team memberships,
//! nor the roles of a team they belong to. People are compared by user, not by employment.
//!
//! From this follows that *the last administrator stays*: only an administrator can take the
//! role, or the employment, from another, and remains one. It takes a second administrator to
//! lose one, provided that two cannot do it to each other at once; so every change is made
//! under a lock on the organization, and the caller is looked up under that lock.
//!
//! What another owner would have to tell is not asked: an appointment of an organization that the
//! caller works for as well is none of their own grants here (ADR 0016).

use std::collections::BTreeSet;

use access::UserId;

use super::Employment;

/// The caller tried to change what they are themselves granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nobody changes what they are themselves granted")]
pub struct Own;

/// Nobody changes their own employment, nor what they are granted through it.
///
/// # Errors
///
/// When it is the caller's.
pub fn not_their_own(caller: UserId, target: &Employment) -> Result<(), Own> {
    if target.user == caller {
        Err(Own)
    } else {
        Ok(())
    }
}

/// Nobody changes the roles of a team that they belong to.
///
/// # Errors
///
/// When the caller is among the members.
pub fn not_their_own_team(caller: UserId, members: &BTreeSet<UserId>) -> Result<(), Own> {
    if members.contains(&caller) {
        Err(Own)
    } else {
        Ok(())
    }
}
