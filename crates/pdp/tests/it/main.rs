//! The engine, tested: against Cedar, and against those who write while others read.

#![cfg(test)]

mod against_cedar;
mod bounds;
mod grammar;
mod library;
mod policies;
mod search;
mod small_world;
mod standing;
mod tracing;
mod writing;
