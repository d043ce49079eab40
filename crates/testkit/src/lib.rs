//! Real parts for tests: databases, brokers, tokens, clocks and broken networks.
//!
//! Nothing here imitates a part of production, but for [`iam`] and [`owner`], the other ends of
//! the wire in tests of one service. [`postgres`] hands out databases of a
//! real cluster, [`nats`] starts real servers, [`mint`] signs tokens with real keys
//! and serves their JWKS, [`proxy`] breaks real TCP connections. What is a parameter in
//! production is a parameter here too: the time ([`clock`]).
//!
//! # Nothing is left behind
//!
//! A test process can end in any way: return, panic, `kill -9`. Two things see to it that
//! neither a process nor a file outlives it:
//!
//! - [`supervise`] starts every child so that the *kernel* kills it when this process is gone;
//! - [`scratch`] keeps every file below one directory, which a guardian process removes when
//!   the pipe that this process holds closes.
//!
//! `xtask` runs the demo on the same two modules.

pub mod clock;
pub mod forged;
pub mod golden;
pub mod iam;
pub mod logged;
pub mod mint;
pub mod nats;
pub mod organizations;
pub mod owner;
pub mod port;
pub mod postgres;
pub mod proxy;
pub mod routes;
pub mod scratch;
pub mod session;
pub mod supervise;
