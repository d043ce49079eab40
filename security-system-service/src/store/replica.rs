//! What is kept of other services' facts: [written](rows) by their events, and read in two ways, for a
//! [decision](decision) and for a [list](list).

mod decision;
mod list;
mod rows;

pub(crate) use decision::Kept;
pub(crate) use rows::{Employment, Location, News, Organization, Team, discard};
