//! The BFF against a real database, a real broker, a provider that speaks nothing but the standards,
//! and a service that believes nothing but tokens of that provider.

#![cfg(test)]

mod api;
mod backend;
mod browser;
mod cookies;
mod events;
mod live;
mod login;
mod logout;
mod outages;
mod pages;
mod provider;
mod publisher;
mod refresh;
mod ring;
mod world;
