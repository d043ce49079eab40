//! What this service tells the others, and what it hears from them.

pub mod customer;
pub mod dealer;
pub mod monitoring;
pub mod publish;
