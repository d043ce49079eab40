//! Looking at all systems that one may view.

use jiff::SignedDuration;
use outbox::ConsistencyToken;

use super::{App, Failure};
use crate::authorization::{Caller, ListRequest, Rights, Strategy};
use crate::domain::System;
use crate::store::Place;

/// A part of the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Systems in the order of the list, and what the caller may do to each.
    pub systems: Vec<(System, Rights)>,
    /// Behind which place there is more.
    pub next: Option<Place>,
    /// How old the facts were at most.
    pub facts_age: SignedDuration,
}

impl App {
    /// The first of the systems that the caller may view, behind a place in the list. What turns out
    /// not to be visible after all is left out, and a part ends where the window on what is served does; so it may be short, even
    /// empty, and still not be the last.
    ///
    /// # Errors
    ///
    /// When it could not be decided.
    pub async fn list(
        &self,
        caller: &Caller,
        strategy: Strategy,
        presented: &ConsistencyToken,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Listed, Failure> {
        let request = ListRequest {
            caller,
            at: self.clock.now(),
            freshness: self.required(presented, &ConsistencyToken::new()),
            after: after.map(|Place(location, _)| location),
        };
        let visible = self.authorizers.visible(strategy, &request).await?;
        // One more says whether there is more.
        let mut found = self.store.page(&visible, after, limit + 1).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        let rights = self.authorizers.rights(&visible, &found).await?;
        let last = found.last().filter(|_| more);
        let last = last.map(|(system, _)| Place(system.location, system.id));
        let next = last.or_else(|| visible.until().map(Place::behind));
        let systems = found.into_iter().zip(rights);
        Ok(Listed {
            systems: systems
                .filter_map(|((system, _), rights)| Some((system, rights?)))
                .collect(),
            next,
            facts_age: visible.facts_age(),
        })
    }
}
