//! Questions and answers.

use std::sync::Arc;

use crate::fact::{Fields, Uid};
use crate::policies::Misfit;

/// May this principal do this to this resource?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Who.
    pub principal: Uid,
    /// Does what.
    pub action: Uid,
    /// To what.
    pub resource: Uid,
    /// Under which circumstances.
    pub context: Fields,
    /// Attributes of the principal for which whoever asks can vouch. They stand before what is known.
    pub principal_attributes: Fields,
    /// Attributes of the resource for which whoever asks can vouch. They stand before what is known.
    pub resource_attributes: Fields,
}

impl Question {
    /// Without circumstances, and without attributes that whoever asks would vouch for.
    #[must_use]
    pub const fn new(principal: Uid, action: Uid, resource: Uid) -> Self {
        Self {
            principal,
            action,
            resource,
            context: Fields::new(),
            principal_attributes: Fields::new(),
            resource_attributes: Fields::new(),
        }
    }
}

/// The answer, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Yes or no.
    pub allowed: bool,
    /// To which policies this is due, by their `@id`, in order: those that permit, or those that
    /// forbid. None, if nothing permits.
    pub policies: Vec<Arc<str>>,
    /// Policies that failed and were left out, in order, as Cedar does it. For a failed `forbid` that may
    /// be a reason not to trust a yes.
    pub errors: Vec<Arc<str>>,
    /// The digest of the policies that were asked.
    pub version: Arc<str>,
    /// The revision of the facts that they were asked about.
    pub revision: u64,
}

/// A question that the schema does not know: no policy can answer it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The schema does not say that such a thing may do this to such a thing.
    #[error("the schema knows no {action} by a {principal} on a {resource}")]
    Types {
        /// The type of who does it.
        principal: String,
        /// What is done.
        action: Uid,
        /// The type of what it is done to.
        resource: String,
    },
    /// A value is not what the schema says that it is.
    #[error(transparent)]
    Value(#[from] Misfit),
}
