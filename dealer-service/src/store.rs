//! Postgres: what only dealers are asked. Their tables are those of [`organization::store`].

pub mod facts;
