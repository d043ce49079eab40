//! The tools are tested as the tests use them.

#![cfg(test)]

mod mint;
mod nats;
mod postgres;
mod proxy;
mod supervise;
