//! Looking at all systems that one may view.

use access::SystemId;
use jiff::SignedDuration;
use outbox::ConsistencyToken;

use super::{App, Undone, undone};
use crate::NAME;
use crate::authorization::{Caller, ListRequest, Refusal, Rights, Strategy, Visible};
use crate::domain::System;
use crate::store::Place;

/// A part of the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Systems in the order of the list, and what the caller may do to each.
    pub systems: Vec<(System, Rights)>,
    /// Systems in between that the caller may view by facts that are older than those by which they were last changed, and of
    /// which no more is known in time.
    pub undecided: Vec<SystemId>,
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
    /// A system on it that the caller may view may have been changed by somebody who knew more than is known here. Then it is waited
    /// for, and if that does not come in time it is named as undecided, and the others are listed. Where it is the caller's token
    /// that does not tell as much, the whole part is looked for again, by a strategy that looks at facts as they are now.
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
        let mut by = self
            .authorizers
            .deciding(strategy, caller, &request.freshness);
        let (visible, found, rights) = loop {
            let (visible, found) = self.find(by, &request).await?;
            let page = &found[..found.len().min(limit)];
            match self.authorizers.rights(&visible, page).await {
                Err(Refusal::Behind) => by = self.authorizers.live(),
                rights => break (visible, found, rights.map_err(undone(by))?),
            }
        };
        let more = found.get(limit).and_then(|_| found.get(limit - 1));
        let last = more.map(|(system, _)| Place(system.location, system.id));
        let next = last.or_else(|| visible.until().map(Place::behind));
        let mut listed = Listed {
            systems: Vec::new(),
            undecided: Vec::new(),
            next,
            facts_age: visible.facts_age(),
            by,
        };
        for ((system, _), right) in found.into_iter().zip(rights) {
            match right {
                Ok(Some(rights)) => listed.systems.push((system, rights)),
                Ok(None) => {}
                Err(_) => listed.undecided.push(system.id),
            }
        }
        Ok(listed)
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
