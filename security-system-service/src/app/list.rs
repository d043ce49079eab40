//! Looking at all systems that one may view.

use jiff::SignedDuration;
use outbox::ConsistencyToken;

use super::{App, Undone, undone};
use crate::NAME;
use crate::authorization::{Caller, ListRequest, Rights, Strategy, Visible};
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
    /// Which strategy decided.
    pub by: Strategy,
}

/// What was found, before it is judged: systems, and how fresh the facts were by which each was last changed.
type Found = Vec<(System, ConsistencyToken)>;

impl App {
    /// The first of the systems that the caller may view, behind a place in the list. What turns out
    /// not to be visible after all is left out, and a part ends where the window on what is served does; so it may be short, even
    /// empty, and still not be the last.
    ///
    /// A system on it may have been changed by somebody who knew more than the caller's token tells. Then the whole
    /// part is looked for again, by a strategy that looks at facts as they are now.
    ///
    /// # Errors
    ///
    /// When it could not be decided, or the caller asks for too much at once.
    pub async fn list(
        &self,
        caller: &Caller,
        strategy: Strategy,
        presented: &ConsistencyToken,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Listed, Undone> {
        let _turn = self.turn(caller.user).await.map_err(undone(strategy))?;
        let request = ListRequest {
            caller,
            at: self.clock.now(),
            freshness: self.presented(presented),
            written: presented.of_sources(&[NAME]),
            after,
            // One more says whether there is more.
            limit: limit + 1,
            until: self.until(),
        };
        let deciding = |by, freshness: &_| self.authorizers.deciding(by, caller, freshness);
        let mut by = deciding(strategy, &request.freshness);
        let (visible, mut found) = loop {
            let (visible, found) = self.find(by, &request).await?;
            let next = deciding(by, &visible.freshness_of(&found));
            if next == by {
                break (visible, found);
            }
            by = next;
        };
        let more = found.len() > limit;
        found.truncate(limit);
        let rights = self.authorizers.rights(&visible, &found).await;
        let rights = rights.map_err(undone(by))?;
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
            by,
        })
    }

    /// The first of the systems that may be visible by this strategy.
    async fn find(
        &self,
        by: Strategy,
        request: &ListRequest<'_>,
    ) -> Result<(Visible, Found), Undone> {
        let visible = self.authorizers.visible(by, request).await;
        let visible = visible.map_err(undone(by))?;
        let found = match (visible.candidates(), visible.page()) {
            (Some(candidates), _) => {
                let page = self.store.page(candidates, request.after, request.limit);
                page.await.map_err(undone(by))?
            }
            (None, page) => page.unwrap_or_default().to_vec(),
        };
        Ok((visible, found))
    }
}
