//! Changing what an engine knows.

use std::sync::{Arc, PoisonError};

use super::{Engine, Refused};
use crate::fact::{Change, Fact, Relation};
use crate::graph::Graph;
use crate::policies::{Policies, Shape};
use crate::view::View;

impl Engine {
    /// Makes all of these changes, as one: whoever reads sees all of them or none. Says the revision in which
    /// they are.
    ///
    /// # Errors
    ///
    /// One of them cannot be made; then none is.
    pub fn write(&self, changes: impl IntoIterator<Item = Change>) -> Result<u64, Refused> {
        self.change(|next| next.apply(changes))
    }

    /// Puts other policies in the place of those that are asked, and makes these changes, as one.
    ///
    /// # Errors
    ///
    /// The policies cannot be compiled, what is known does not fit their schema, or one of the changes cannot be made; then
    /// everything stays.
    pub fn renew(
        &self,
        policies: &Policies,
        changes: impl IntoIterator<Item = Change>,
    ) -> Result<u64, Refused> {
        self.change(|next| {
            *next = next.compiled(policies)?;
            let revision = next.apply(changes)?;
            // What does not fit may have gone with the changes.
            next.fit_all()?;
            Ok(revision)
        })
    }

    /// Whoever writes, writes alone: into a copy that shares everything with what is read but what is changed.
    pub(super) fn change<T, E>(
        &self,
        change: impl FnOnce(&mut View) -> Result<T, E>,
    ) -> Result<T, E> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = View::clone(&self.now.load());
        let done = change(&mut next)?;
        self.now.store(Arc::new(next));
        Ok(done)
    }
}

impl View {
    /// The same policies over facts with these changes: what would be answered, were they made.
    ///
    /// # Errors
    ///
    /// One of them cannot be made.
    pub fn with(&self, changes: impl IntoIterator<Item = Change>) -> Result<Self, Refused> {
        let mut next = self.clone();
        next.apply(changes)?;
        Ok(next)
    }

    fn apply(&mut self, changes: impl IntoIterator<Item = Change>) -> Result<u64, Refused> {
        for change in changes {
            let change = fit(change, self.shape.as_deref(), &self.graph)?;
            self.graph.apply(&change);
        }
        self.graph.revision += 1;
        self.tidy()?;
        Ok(self.graph.revision)
    }
}

/// Whether a change can be made; in the form in which it is kept.
fn fit(change: Change, shape: Option<&Shape>, graph: &Graph) -> Result<Change, Refused> {
    let Change::Add(mut fact) = change else {
        return Ok(change);
    };
    if fact.subject.is_action() {
        return Err(Refused::Action(fact.to_string()));
    }
    if let Some(shape) = shape {
        shape.fit(&mut fact)?;
    }
    if is_circle(&fact, graph) {
        return Err(Refused::Circle(fact.to_string()));
    }
    Ok(Change::Add(fact))
}

fn is_circle(fact: &Fact, graph: &Graph) -> bool {
    let Relation::In(group) = &fact.relation else {
        return false;
    };
    let nodes = (graph.find(&fact.subject), graph.find(group));
    fact.subject == *group
        || matches!(nodes, (Some(subject), Some(group)) if graph.ancestors(group).contains(&subject))
}
