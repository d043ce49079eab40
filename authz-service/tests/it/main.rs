//! The service alone, with a domain of its own: a library.

#![cfg(test)]

mod answering;
mod bad_input;
mod batches;
mod callers;
mod checking;
mod how_to;
mod interface;
mod library;
mod searching;
