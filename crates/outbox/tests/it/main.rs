//! The sentences of the crate's documentation, each with a test that fails without it, on a real
//! Postgres and a real NATS server.

mod access;
mod freshness;
mod hints;
mod outage;
mod positions;
mod relays;
mod replicas;
mod traces;
mod world;
