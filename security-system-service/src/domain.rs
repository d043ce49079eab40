//! What a security system is, and what can happen to it.

mod advice;
mod lifecycle;
mod state;
mod system;

pub use advice::{Advice, Reason};
pub use lifecycle::{Lifecycle, Standing};
pub use state::{Action, Misfit, State};
pub use system::{Actor, LastChange, Names, System};
