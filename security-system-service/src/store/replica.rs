//! What is kept of other services' facts: [written](rows) by their events, and read for a
//! [decision](decision), for where a [list](list) is to be found, and for both where employments come from
//! [elsewhere](surroundings).

mod decision;
mod list;
mod rows;
mod surroundings;

pub(crate) use list::Prospect;
pub(crate) use rows::{Employment, Location, News, Organization, Team, discard};
pub(crate) use surroundings::Surroundings;
