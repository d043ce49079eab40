//! Which systems may be viewed, and what may be done to each on a page of them: by whichever strategy decides.

use outbox::ConsistencyToken;
use tokio::time::Instant;

use super::{Authorizers, measure, outcome};
use crate::authorization::{
    Authorizer, Cause, Judged, ListRequest, Refusal, Rights, Strategy, Visible,
};
use crate::domain::System;

/// What somebody may do to a system: nothing, if they may not view it; or why that is not decided, although they may by facts
/// that are older.
pub type Right = Result<Option<Rights>, Cause>;

impl Authorizers {
    /// [`Authorizer::visible`] by this strategy, measured and logged.
    ///
    /// # Errors
    ///
    /// When it cannot be decided.
    pub async fn visible(
        &self,
        strategy: Strategy,
        request: &ListRequest<'_>,
    ) -> Result<Visible, Refusal> {
        let started = Instant::now();
        let result = match strategy {
            Strategy::Fetch => self.fetch.visible(request).await,
            Strategy::Replicate => self.replicate.visible(request).await,
            Strategy::Provide => self.provide.visible(request).await,
            Strategy::Combine => self.combine.visible(request).await,
            Strategy::Delegate => self.delegate.visible(request).await,
            Strategy::DelegateLocal => self.delegate_local.visible(request).await,
        };
        let outcome = outcome(&result);
        measure(
            "authorization_list_duration_seconds",
            strategy,
            outcome,
            started,
        );
        let visible = result.as_ref().ok();
        let candidates = visible.and_then(Visible::candidates);
        tracing::info!(
            user = %request.caller.user,
            %strategy,
            outcome,
            customers = candidates.map(|found| found.customers.len()),
            locations = candidates.map(|found| found.locations.len()),
            dealers = candidates.map(|found| found.dealers.len()),
            systems = candidates.map(|found| found.systems.len()),
            read = visible.and_then(Visible::page).map(<[_]>::len),
            because = undecided(&result),
            "decided where to look"
        );
        result
    }

    /// What the caller may do to each of these systems, by the strategy that found them visible: nothing, where one may not
    /// be viewed after all. Measured and logged.
    ///
    /// As in [a decision](Self::authorize), what is kept with a system counts where its caller may view it. Where one was changed
    /// by somebody who knew more than the facts at hand, it is asked about again, together with the others of its kind; and what is
    /// not known in time either of one is its own affair: it is undecided, and the others are not.
    ///
    /// # Errors
    ///
    /// When it cannot be decided; [`Refusal::Behind`], when the caller's token does not tell enough of one of them, so that
    /// all have to be looked for by another strategy.
    pub async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
    ) -> Result<Vec<Right>, Refusal> {
        let (started, strategy) = (Instant::now(), visible.strategy());
        let result = self.page(visible, systems).await;
        if matches!(result, Err(Refusal::Behind)) {
            return result;
        }
        let outcome = outcome(&result);
        measure(
            "authorization_page_duration_seconds",
            strategy,
            outcome,
            started,
        );
        let of_each = result.as_deref().unwrap_or_default();
        let late = of_each.iter().filter_map(|right| right.as_ref().err());
        tracing::info!(
            user = %visible.caller.user,
            %strategy,
            outcome,
            found = systems.len(),
            shown = of_each.iter().flatten().flatten().count(),
            undecided = late.clone().count(),
            because = undecided(&result).or(late.clone().next().map(|cause| &*cause.0)),
            "decided a page"
        );
        result
    }

    /// The same, neither measured nor logged.
    async fn page(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
    ) -> Result<Vec<Right>, Refusal> {
        let known = &visible.freshness;
        let judged = self.judge(visible, systems, known).await?;
        let as_of = judged.as_of.merged(known);
        let is_late = |kept, right: &Option<_>| right.is_some() && !as_of.covers(kept);
        let found = systems.iter().zip(&judged.rights);
        let late = found.filter(|((_, kept), right)| is_late(kept, right));
        let late: Vec<_> = late.map(|(system, _)| system.clone()).collect();
        let again = self.judge_late(visible, &late).await?;
        let mut again = again.into_iter();
        let found = systems.iter().zip(judged.rights);
        let rights = found.map(|((_, kept), right)| match right {
            right if is_late(kept, &right) => again.next().unwrap_or(Ok(None)),
            right => Ok(right),
        });
        Ok(rights.collect())
    }

    /// What the caller may do to each of these systems, which they may view by facts that are older than those by which each was
    /// last changed.
    async fn judge_late(
        &self,
        visible: &Visible,
        late: &[(System, ConsistencyToken)],
    ) -> Result<Vec<Right>, Refusal> {
        if late.is_empty() {
            return Ok(Vec::new());
        }
        let (strategy, known) = (visible.strategy(), &visible.freshness);
        let kept = late.iter().map(|(_, kept)| kept);
        let all = kept.fold(known.clone(), ConsistencyToken::merged);
        if self.deciding(strategy, &visible.caller, &all) != strategy {
            return Err(Refusal::Behind);
        }
        let cause = match self.judge(visible, late, &all).await {
            Ok(judged) => return Ok(judged.rights.into_iter().map(Ok).collect()),
            Err(Refusal::Undecided(cause)) => cause,
            Err(refusal) => return Err(refusal),
        };
        // Not all of it is known in time. What has come meanwhile may be enough for some.
        let Ok(judged) = self.judge(&visible.unread(), late, known).await else {
            return Ok(late.iter().map(|_| Err(cause.clone())).collect());
        };
        let as_of = judged.as_of.merged(known);
        let judged = late.iter().zip(judged.rights);
        let rights = judged.map(|((_, kept), right)| match right {
            Some(_) if !as_of.covers(kept) => Err(cause.clone()),
            right => Ok(right),
        });
        Ok(rights.collect())
    }

    /// [`Authorizer::rights`] by the strategy that found them visible.
    async fn judge(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        freshness: &ConsistencyToken,
    ) -> Result<Judged, Refusal> {
        match visible.strategy() {
            Strategy::Fetch => self.fetch.rights(visible, systems, freshness).await,
            Strategy::Replicate => self.replicate.rights(visible, systems, freshness).await,
            Strategy::Provide => self.provide.rights(visible, systems, freshness).await,
            Strategy::Combine => self.combine.rights(visible, systems, freshness).await,
            Strategy::Delegate => self.delegate.rights(visible, systems, freshness).await,
            Strategy::DelegateLocal => {
                self.delegate_local
                    .rights(visible, systems, freshness)
                    .await
            }
        }
    }
}

/// Why nothing could be decided about a list, for the log.
fn undecided<T>(result: &Result<T, Refusal>) -> Option<&str> {
    match result {
        Err(Refusal::Undecided(cause)) => Some(&cause.0),
        _ => None,
    }
}
