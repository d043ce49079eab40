//! Tests of what a demo is prepared with; the world itself is made in every story.

#![cfg(test)]

mod broker;
mod clients;
mod kept;
mod preparation;
