//! iam-service on a real Postgres and, where events matter, a real NATS.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod browser;
mod callers;
mod client;
mod service;

mod authlib;
mod authorize;
mod clean_up;
mod code_flow;
mod devices;
mod events;
mod facts;
mod forged_tokens;
mod guessing;
mod hiring;
mod interop;
mod introspection;
mod keys;
mod links;
mod locks;
mod logout;
mod machine_tokens;
mod outages;
mod pages;
mod published;
mod refresh;
mod run;
mod sign_in;
mod told;
mod users;
