//! Who asks and what counts of what they say; versions of the policies, and exceptions to what they say; and what is known, in the words of the law and in those of the policies.

mod aggregate;
mod callers;
mod directory;
mod exception;
mod exemptions;
mod telling;
mod version;

pub use aggregate::{Key, Kind, Owner, State};
pub use callers::{Caller, Callers, NoProvenance, Supplies};
pub use directory::Directory;
pub use exception::{Exception, ExceptionDeed, ExceptionDeedKind, Standing, Wish};
pub use exemptions::Exemptions;
pub(crate) use exemptions::{facts as facts_of, named as exceptions_in};
pub use version::{Active, Actor, Approval, Deed, DeedKind, Signed, Version};
