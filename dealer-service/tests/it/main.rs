//! dealer-service, tested from outside: real Postgres, real tokens, a real broker, and
//! iam-service as far as it is heard over the wire.
//!
//! What it shares with customer-service is tested there in full; here, that it is the same, and
//! what only dealers have.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod appointments;
mod dealers;
mod events;
mod facts;
mod locations;
mod masking;
mod people;
mod routes;
mod running;
mod world;
