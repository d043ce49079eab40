//! **Delegate-local**: ask authz-service, and tell it what is this service's own to tell.
//!
//! ```text
//!   owners of facts              authz-service                security-system-service           caller
//!     │  events, heartbeats           │                                  │                         │
//!     ├──────────────────────────────▶│ keep: everything, in memory      │                         │
//!     │                               │                                  │        PUT disarm       │
//!     │                               │                                  │◀────────────────────────┤
//!     │                               │                                  │ load system, version,   │
//!     │                               │                                  │ freshness               │
//!     │                               │ POST /access/v1/evaluations      │                         │
//!     │                               │  { userId, each operation, system, its location }          │
//!     │                               │◀─────────────────────────────────┤                         │
//!     │                               │ … as under delegate …            │                         │
//! ```
//!
//! So authz-service need not have heard of a system to judge it where it is, and which systems there are stays with
//! the one who knows. It believes this of nobody else: what a caller says counts only where the caller owns it.
//!
//! A list is a condition: at which locations may systems be viewed? authz-service computes that from the policies, window
//! by window in the order of the list, and the store looks there. A page takes as long however many systems there are.

use super::{Delegate, Naming};
use crate::authorization::asking::Asking;
use crate::authorization::decider::Decider;
use crate::authorization::{Candidates, Cause, ListRequest};
use crate::authz::Told;

impl Delegate {
    /// Asks this one about systems, and tells it where each is.
    #[must_use]
    pub const fn local(decider: Decider) -> Self {
        Self {
            decider,
            naming: Naming::Told,
        }
    }

    /// Where to look: at the next of the locations that authz-service names.
    pub(super) async fn condition(
        &self,
        asking: Asking,
        request: &ListRequest<'_>,
    ) -> Result<Told<Candidates>, Cause> {
        let (user, after) = (request.caller.user, request.after_location());
        let found = self
            .decider
            .authz
            .locations(user, after, &request.freshness);
        let ((locations, age), more) = asking.answer(found).await?;
        let candidates = Candidates {
            until: locations.last().copied().filter(|_| more),
            locations: locations.into_iter().collect(),
            ..Candidates::default()
        };
        Ok((candidates, age))
    }
}
