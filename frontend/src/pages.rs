//! The pages, one a file.

pub mod not_found_page;
pub mod signed_out_page;
pub mod strategies_page;
pub mod system_page;
pub mod systems_page;
