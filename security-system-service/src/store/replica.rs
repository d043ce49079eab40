//! What is kept of other services' facts: [written](rows) by their events, and read for a
//! [decision](decision) and for a [list](list).
//!
//! What is read is said in `migrations/0003_questions.sql` (and `0005_owners_keep_to_their_own.sql`), since a decision and a page ask much the same: ADR 0027.

mod decision;
mod list;
mod rows;

pub(crate) use decision::Bearing;
pub(crate) use list::Listing;
pub(crate) use rows::{News, Organization, discard};
