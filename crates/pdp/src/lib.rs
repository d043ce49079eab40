#![doc = include_str!("../README.md")]

mod code;
mod compile;
mod engine;
mod eval;
mod explain;
mod fact;
mod graph;
mod json;
mod names;
mod naming;
mod paged;
mod policies;
mod program;
mod question;
mod scene;
mod search;
mod shelf;
mod value;
mod view;

pub use engine::{Engine, Refused, Unsound};
pub use explain::{Explanation, MOST, Reason};
pub use fact::{Change, Fact, Fields, InvalidUid, Relation, Term, Uid};
pub use json::{Entity, InvalidTerm, entities, record};
pub use policies::{Case, Fault, Faults, Misfit, Policies, Source};
pub use question::{Answer, Question, Unfit};
pub use search::{Cursors, InvalidCursor, Page, Search, Unsearched, Wanted};
pub use view::{Traced, View};
