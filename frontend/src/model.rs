//! What the pages know, as plain values: no browser, no signals, so that `cargo test` proves it on any host.

pub mod attempts;
pub mod change;
pub mod employer;
pub mod event;
pub mod explanation;
pub mod failure;
pub mod history;
pub mod in_force;
pub mod link;
pub mod missing;
pub mod moment;
pub mod page;
pub mod path;
pub mod problem;
pub mod reason;
pub mod role;
pub mod schedule;
pub mod session;
pub mod strategy;
pub mod system;
pub mod systems;
pub mod trouble;
pub mod turnstile;
pub mod user;
