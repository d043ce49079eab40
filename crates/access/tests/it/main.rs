//! The law, tested: by its laws, by its cases, and by its words.

#![cfg(test)]

mod cases;
mod laws;
mod missing;
mod schedules;
mod wire;
mod world;
