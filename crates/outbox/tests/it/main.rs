//! The sentences of the crate's documentation, each with a test that fails without it, on a real
//! Postgres and a real NATS server.

mod access;
mod epochs;
mod freshness;
mod hints;
mod lost;
mod outage;
mod parked;
mod positions;
mod rebuild;
mod relays;
mod replicas;
mod status;
mod traces;
mod world;
