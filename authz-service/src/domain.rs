//! Who asks, and what counts of what they say.

mod callers;

pub use callers::{Caller, Callers, NoProvenance, Supplies};
