//! What the pages know, proved without a browser.

#![cfg(test)]

mod attempts;
mod changes;
mod employers;
mod events;
mod explanations;
mod failures;
mod history;
mod in_force;
mod late;
mod link;
mod moments;
mod pages;
mod reasons;
mod sample;
mod session;
mod systems;
mod turnstile;
