//! The service on a real database, with real tokens, over a network that breaks on command.

#![cfg(test)]

mod acting;
mod alarms;
mod appointments;
mod cast;
mod combine;
mod delegate;
mod equality;
mod explaining;
mod freshness;
mod history;
mod impostors;
mod installing;
mod interface;
mod late;
mod listing;
mod masking;
mod outages;
mod owner;
mod pdp;
mod provide;
mod replicas;
mod running;
mod strategies;
mod streams;
mod switching;
mod turnover;
mod world;
