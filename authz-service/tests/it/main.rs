//! The service alone, with a domain of its own: a library; and in `RealGuardIO`, told by the owners of facts.

#![cfg(test)]

mod answering;
mod bad_input;
mod batches;
mod callers;
mod checking;
mod how_to;
mod interface;
mod law;
mod library;
mod owners;
mod searching;
mod telling;
