//! Live events: what changes is seen at once, by exactly those who may see it.
//!
//! An event is a hint, and nothing more. It travels past every permission, so nothing of it is
//! shown to anybody as such: for each connected person whose list contains the system, the BFF
//! *reads again with that person's token* and pushes what it reads. A revocation shows as quickly
//! as a change of state, and by the same path.
//!
//! ```text
//! security-system-service ──┐ hints
//! organizations ────────────┤          ┌── Follower: what this person sees ──▶ browser
//!                           └──▶ Hub ──┼── Follower …      │
//!                                      └── …               └─ GET /securitysystems[/{id}]
//! ```
//!
//! Many hints about one thing cause one reading. The event's position goes along as consistency
//! token, so that no answer is older than its hint. Who sees more than is read for them here is told
//! *when* to read the list, and of single systems as everybody is. An answer that cannot be had makes the stream
//! *stale* until it is had. A stream ends with its session and with its access token; the browser
//! connects again.

mod due;
mod follower;
mod hub;
mod reader;
mod seats;

pub use follower::Push;
pub use hub::{Hub, News};
