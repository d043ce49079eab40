//! All services in one process, on real databases and a real broker: [`house::House`].
//!
//! What happens there is told by `stories/main.rs`.

#![expect(
    clippy::missing_errors_doc,
    reason = "whatever fails in here fails the story"
)]

pub mod house;
