//! Tidy tests: the rules of the house that no compiler knows.

#![cfg(test)]

mod containers;
mod deny;
mod headers;
mod layers;
mod links;
mod manifest;
mod migrations;
mod names;
mod problems;
mod sizes;
mod sources;
mod words;
