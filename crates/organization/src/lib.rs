//! Organizations: the people they employ, their teams, and the roles granted to them.
//!
//! There are three kinds of organization, each kept by a service of its own, and in here there is
//! one: whatever differs is asked of [`Kind`], and what only one kind has (a customer's locations)
//! is not in here, except for what is part of an aggregate that all kinds have: the roles that a
//! customer's people hold at locations, and whom a dealer appointed. It is a slice through all
//! layers, and [`service`] puts it together, so that a service is left with what only its kind has.
//!
//! ```text
//! Organization 1 ── * Employment ── roles, roles at locations, schedule
//!              1 ── * Team ── members: Employments; roles at locations
//! ```
//!
//! # What always holds
//!
//! - *Changes of one organization happen one after the other.* Each holds a lock on it, from
//!   before the caller's own rights are looked up until the commit.
//! - *Nobody decides about themselves*; from which follows that an organization never loses its
//!   last administrator ([`domain::not_their_own`]). What this does not reach is ADR 0016.
//! - *One user, one employment* by an organization. A unique index says so.
//! - *Tenants do not mix.* Every reference in the database includes the organization.
//! - *What is published is what is stored*, and is stored in the same transaction.
//!
//! # What a service adds
//!
//! | it says | by |
//! |---|---|
//! | which kind it keeps, and how its events are written | a [`Kind`] |
//! | what the routes are called | [`http::Names`] |
//! | what only its kind has | tables, use cases and routes of its own, within the same transactions ([`store::UnitOfWork`]) |

pub mod app;
pub mod domain;
mod events;
pub mod http;
pub mod iam;
mod kind;
pub mod served;
pub mod service;
pub mod store;

pub use events::{Aggregate, EventNames, Events};
pub use kind::Kind;
