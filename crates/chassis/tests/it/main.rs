//! The chassis, tested from outside: as services and their clients see it.

mod app;
mod breaker;
mod client;
mod config;
mod hung_up;
mod keys;
mod limits;
mod operations;
mod parameters;
mod probe;
mod problems;
mod serving;
mod telemetry;
mod tokens;
mod turns;
mod workers;
