//! What it takes to run a service, and nothing about what the service does.
//!
//! Every service is built from the same parts, in the same order:
//!
//! ```text
//!            configuration          config::Settings, from flags and environment
//!                 │
//!            program::serve         logs, traces, metrics; an address; signals to stop
//!            program::Workers       the server and what goes on beside it, ended together
//!                 │
//!   request ──▶ http::harden        traces, measures, limits, deadlines, problem details
//!                 │
//!               auth::{User, Machine}    who is calling, from a verified token
//!                 │
//!               handler             http::{Json, Path, Query, IfMatch} in; Page, ETag, Problem out
//!                 │
//!               client::ServiceClient    other services: machine token, deadline, circuit breaker
//! ```
//!
//! and is watched through the same five addresses ([`operations`]).
//!
//! **Architecture invariant:** the chassis knows no business noun. It may know that a caller has
//! a `userId`, because tokens say so; it never knows what a user may do.

pub mod auth;
pub mod client;
pub mod clock;
pub mod config;
pub mod entropy;
pub mod http;
pub mod openapi;
pub mod operations;
pub mod problem;
pub mod program;
pub mod remembered;
pub mod telemetry;
pub mod text;
pub mod turns;
