//! The engine, tested: against Cedar, against the law, and against those who write while others read.

#![cfg(test)]

mod against_cedar;
mod grammar;
mod library;
mod policies;
mod realguardio;
mod search;
mod small_world;
mod standing;
mod writing;
