//! Tests of what a demo is prepared with; the world itself is made in every story.

#![cfg(test)]

mod clients;
mod kept;
mod preparation;
