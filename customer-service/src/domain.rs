//! What only customers have: locations, and their people's profiles.

mod location;
mod profile;

pub use location::{LOCATIONS_OF_CUSTOMER, Location, NotReserved};
pub use profile::{Phone, Profile};
