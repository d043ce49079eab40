//! The user interface of RealGuardIO: the systems that a person may see, live, and what they may do to them.
//!
//! It runs in the browser and talks to the BFF alone. It never decides who may do what: it shows the actions that
//! the API returns, and says in words why the others are not among them.
//!
//! - [`model`]: what is known, as plain values. Everything that can be wrong without a browser is tested here.
//! - [`browser`]: fetch, events, clock, address.
//! - [`live`]: keeps the model up to date and acts on it; shared by all pages.
//! - [`parts`] and [`pages`]: components, one public one a file.

#![expect(
    clippy::must_use_candidate,
    reason = "components are called by the view macro, which uses what they return"
)]

pub mod app;
pub mod browser;
pub mod live;
pub mod model;
pub mod pages;
pub mod parts;
