//! Connections, on a real Postgres.

mod cancelled;
mod stopped;
