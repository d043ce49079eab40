//! Who asks and what counts of what they say; and what is known, in the words of the law and in those of the policies.

mod aggregate;
mod callers;
mod directory;
mod telling;

pub use aggregate::{Kind, State};
pub use callers::{Caller, Callers, NoProvenance, Supplies};
pub use directory::Directory;
