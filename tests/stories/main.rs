//! Stories across all services, on real parts.
//!
//! [`stories::house::House`] runs the services in this process, as their programs would, on real databases and a
//! real broker, and makes the demo world in it through the public APIs. A story then does what people do,
//! moves clocks, and cuts networks.

mod allow_list;
mod broker;
mod browser;
mod crash;
mod decision_table;
mod disarm;
mod enemies;
mod forged_tokens;
mod kills;
mod nonsense;
mod people;
mod problem_pages;
mod screen;
mod served;
mod sessions;
mod sign_in_pages;
mod strategies;
mod told;
mod twins;
mod worlds;
