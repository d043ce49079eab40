//! What this service tells the others, and what it hears from them.

pub mod employments;
mod facts;
pub mod publish;
