//! **Replicate**: decide from own tables, which the owners' events keep.
//!
//! ```text
//!   owners of facts          security-system-service                          caller
//!     │  events, heartbeats           │                                         │
//!     ├──────────────────────────────▶│ keep: one row for each aggregate        │
//!     ├──────────────────────────────▶│ and how far that is, as of when         │
//!                                     │                        PUT disarm       │
//!                                     │◀────────────────────────────────────────┤
//!                                     │ load system, version, freshness         │
//!                                     │ read: location, employments, teams,     │
//!                                     │ up to where they are known, as of when  │
//!                                     │ less than asked for? wait, or 503       │
//!                                     │ too old to disarm by? 503               │
//!                                     │ decide: disarm, and view                │
//!                                     │ save if still that version              │
//!                                     │                        200 | 403 | 404  │
//!                                     ├────────────────────────────────────────▶│
//! ```
//!
//! Nobody is asked, so nobody has to be there. The price is paid in age: what is kept is as old as
//! events are late. So each operation has a [bound](Bounds) on the age of the facts, and beyond it
//! nothing that changes a system is decided, nor promised to whoever looks at it. Lists still answer, and
//! say how old they are.
//!
//! A message that could not be applied leaves its aggregate unknown: that allows nothing, and a denial
//! which it may concern is undecided. As everywhere, what is known otherwise may be proof enough.
//!
//! A decision reads what bears on it in one statement, and with it how fresh that is. So does a page of the list: what is
//! on it, what bears on that, and how fresh and how complete all of it is.

mod facts;

use std::sync::Arc;

use chassis::clock::Clock;
use outbox::{ConsistencyToken, Inbox};
use tokio::time::Instant;

use super::asking::Asking;
use super::{
    AuthorizationRequest, Authorizer, Bounds, Judged, ListRequest, Permit, Refusal, Strategy,
    Visible,
};
use crate::domain::System;
use crate::store::Store;

/// Decides from facts that are kept here.
#[derive(Debug, Clone)]
pub struct Replicate {
    store: Store,
    inbox: Inbox,
    sources: Vec<&'static str>,
    bounds: Bounds,
    clock: Arc<dyn Clock>,
}

impl Replicate {
    /// Reads what this store keeps of these sources, as far as the inbox has come, and waits for it to come as far as
    /// it has to.
    #[must_use]
    pub const fn new(
        store: Store,
        inbox: Inbox,
        sources: Vec<&'static str>,
        bounds: Bounds,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            store,
            inbox,
            sources,
            bounds,
            clock,
        }
    }

    fn ask(&self, until: Instant) -> Asking {
        Asking::begin(self.clock.now(), until)
    }
}

impl Authorizer for Replicate {
    async fn authorize(&self, request: &AuthorizationRequest<'_>) -> Result<Permit, Refusal> {
        let findings = self.find_out(request, None).await?;
        Permit::mint(request, findings.judge(request)?, Strategy::Replicate)
    }

    async fn visible(&self, request: &ListRequest<'_>) -> Result<Visible, Refusal> {
        Ok(self.list(request, Strategy::Replicate, None).await?)
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        freshness: &ConsistencyToken,
    ) -> Result<Judged, Refusal> {
        Ok(self.judge(visible, systems, freshness, None).await?)
    }
}
