//! What iam-service knows: people and their passwords, clients, sessions, tokens and keys.
//!
//! Everything here is a value or a decision. Nothing reads a clock, draws a number, stores or sends.

pub mod authorization;
pub mod client;
pub mod id;
pub mod password;
pub mod session;
pub mod signing_key;
pub mod throttle;
pub mod ticket;
pub mod token_family;
pub mod user;
