//! All services in one process, on real databases and a real broker: [`house::House`].
//!
//! The same as people find it from outside, in processes or in containers: [`town::Town`].
//!
//! What happens there is told by `stories/main.rs`, and made up by
//! [`worlds`]; what it costs is measured by [`bench`], and what is killed there by [`trouble`]. Whoever works on meanwhile is one of
//! a [`crew`], and asks by a [`voice`].

#![expect(
    clippy::missing_errors_doc,
    reason = "whatever fails in here fails the story"
)]

pub mod bench;
pub mod crew;
pub mod enemies;
pub mod house;
pub mod told;
pub mod town;
pub mod trouble;
pub mod voice;
pub mod worlds;
