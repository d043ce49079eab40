//! customer-service, tested from outside: real Postgres, real tokens, a real broker, and
//! iam-service as far as it is heard over the wire.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod customers;
mod dealers;
mod employees;
mod events;
mod facts;
mod guards;
mod idempotency;
mod locations;
mod masking;
mod profiles;
mod reservations;
mod routes;
mod running;
mod teams;
mod world;
