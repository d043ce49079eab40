//! Who asks and what counts of what they say; versions of the policies; and what is known, in the words of the law and in those of the policies.

mod aggregate;
mod callers;
mod directory;
mod telling;
mod version;

pub use aggregate::{Key, Kind, Owner, State};
pub use callers::{Caller, Callers, NoProvenance, Supplies};
pub use directory::Directory;
pub use version::{Active, Actor, Deed, DeedKind, Signed, Version};
