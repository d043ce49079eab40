//! What is kept of other services' facts: [written](rows) by their events, and read in two ways, for a
//! [decision](decision) and for where a [list](list) is to be found.

mod decision;
mod list;
mod rows;

pub(crate) use decision::Replicated;
pub(crate) use rows::{Employment, Location, News, Organization, Team, discard};
