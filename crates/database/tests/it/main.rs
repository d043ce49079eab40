//! Connections, on a real Postgres.

#![cfg(test)]

mod cancelled;
mod committed;
mod stopped;
