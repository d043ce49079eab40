#![doc = include_str!("../README.md")]

mod answer;
mod history;
mod hours;
mod model;
mod shrink;
mod step;

pub use answer::{Answer, Grant, Missing};
pub use history::{History, instant};
pub use hours::Hours;
pub use model::{Cast, Model};
pub use shrink::smallest;
pub use step::{Employer, Roles, Step, USERS};
