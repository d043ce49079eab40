//! Stories across all services. There is nothing to link here: see `stories/main.rs`.
