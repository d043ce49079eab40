//! All strategies, and which of them decides.

use access::Operation;
use metrics::{counter, histogram};
use outbox::ConsistencyToken;
use tokio::time::Instant;

use super::combine::Combine;
use super::delegate::Delegate;
use super::delegate_local::DelegateLocal;
use super::fetch::Fetch;
use super::provide::Provide;
use super::replicate::Replicate;
use super::{
    AuthorizationRequest, Authorizer, Caller, Choices, ListRequest, Live, Permit, Refusal, Rights,
    Strategy, Visible,
};
use crate::domain::System;

/// The strategies side by side. Which one decides is configured for each operation, and may be chosen.
#[derive(Debug)]
pub struct Authorizers {
    choices: Choices,
    live: Live,
    fetch: Fetch,
    replicate: Replicate,
    provide: Provide,
    combine: Combine,
    delegate: Delegate,
    delegate_local: DelegateLocal,
}

impl Authorizers {
    /// These, chosen so; and the one that decides where the token does not tell enough.
    #[must_use]
    pub const fn new(
        choices: Choices,
        live: Live,
        fetch: Fetch,
        replicate: Replicate,
        combine: Combine,
        delegate: Delegate,
        delegate_local: DelegateLocal,
    ) -> Self {
        Self {
            choices,
            live,
            fetch,
            replicate,
            provide: Provide,
            combine,
            delegate,
            delegate_local,
        }
    }

    /// Which strategies were configured, and which chosen.
    #[must_use]
    pub const fn choices(&self) -> &Choices {
        &self.choices
    }

    /// The strategy that decides where the token does not tell enough.
    #[must_use]
    pub const fn live(&self) -> Strategy {
        self.live.strategy()
    }

    /// The strategy for an operation: the one that was asked for, or else the one in force.
    #[must_use]
    pub fn strategy(&self, operation: Operation, asked: Option<Strategy>) -> Strategy {
        asked.unwrap_or_else(|| self.choices.in_force(operation))
    }

    /// The strategy that decides in the end: the chosen one, or the live one where the caller's token does not
    /// bring what that needs, or not as fresh as it has to be.
    #[must_use]
    pub fn deciding(
        &self,
        chosen: Strategy,
        caller: &Caller,
        freshness: &ConsistencyToken,
    ) -> Strategy {
        let enough = match chosen {
            Strategy::Fetch
            | Strategy::Replicate
            | Strategy::Delegate
            | Strategy::DelegateLocal => Ok(()),
            Strategy::Provide => caller.facts.suffice(freshness),
            Strategy::Combine => caller.facts.employed(freshness),
        };
        let Err(cause) = enough else {
            return chosen;
        };
        let live = self.live.strategy();
        counter!("authorization_token_insufficient_total", "strategy" => chosen.as_str())
            .increment(1);
        tracing::info!(user = %caller.user, %chosen, %live, %cause, "the token does not tell enough");
        live
    }

    /// [`Authorizer::authorize`] by this strategy, measured and logged.
    ///
    /// # Errors
    ///
    /// When there is no permit.
    pub async fn authorize(
        &self,
        strategy: Strategy,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Permit, Refusal> {
        let started = Instant::now();
        let result = match strategy {
            Strategy::Fetch => self.fetch.authorize(request).await,
            Strategy::Replicate => self.replicate.authorize(request).await,
            Strategy::Provide => self.provide.authorize(request).await,
            Strategy::Combine => self.combine.authorize(request).await,
            Strategy::Delegate => self.delegate.authorize(request).await,
            Strategy::DelegateLocal => self.delegate_local.authorize(request).await,
        };
        let outcome = outcome(&result);
        measure(
            "authorization_decision_duration_seconds",
            strategy,
            outcome,
            started,
        );
        tracing::info!(
            user = %request.caller.user,
            operation = ?request.operation,
            system = request.system.map(|system| tracing::field::display(system.id)),
            %strategy,
            outcome,
            because = because(&result),
            "decided"
        );
        result
    }

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

    /// [`Authorizer::rights`] by the strategy that found them visible, measured and logged.
    ///
    /// # Errors
    ///
    /// When it cannot be decided.
    pub async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
    ) -> Result<Vec<Option<Rights>>, Refusal> {
        let (started, strategy) = (Instant::now(), visible.strategy());
        let result = match strategy {
            Strategy::Fetch => self.fetch.rights(visible, systems).await,
            Strategy::Replicate => self.replicate.rights(visible, systems).await,
            Strategy::Provide => self.provide.rights(visible, systems).await,
            Strategy::Combine => self.combine.rights(visible, systems).await,
            Strategy::Delegate => self.delegate.rights(visible, systems).await,
            Strategy::DelegateLocal => self.delegate_local.rights(visible, systems).await,
        };
        let outcome = outcome(&result);
        measure(
            "authorization_page_duration_seconds",
            strategy,
            outcome,
            started,
        );
        let shown = result
            .as_ref()
            .map(|rights| rights.iter().flatten().count());
        tracing::info!(
            user = %visible.user,
            %strategy,
            outcome,
            found = systems.len(),
            shown = shown.ok(),
            because = undecided(&result),
            "decided a page"
        );
        result
    }
}

/// What the outcome rests on, in one line for the log.
fn because(result: &Result<Permit, Refusal>) -> Option<String> {
    match result {
        Ok(permit) => Some(permit.basis().to_string()),
        Err(Refusal::Denied(denial)) => denial.missing.as_ref().map(|missing| {
            let at = &missing.at.name;
            if missing.is_only_schedule() {
                format!("off shift at {at}")
            } else {
                format!("no {} at {at}", missing.role)
            }
        }),
        Err(Refusal::Undecided(cause)) => Some(cause.0.clone()),
        Err(Refusal::Hidden | Refusal::StepUp(_)) => None,
    }
}

fn measure(what: &'static str, strategy: Strategy, outcome: &'static str, started: Instant) {
    histogram!(what, "strategy" => strategy.as_str(), "outcome" => outcome)
        .record(started.elapsed());
}

/// Why nothing could be decided about a list, for the log.
fn undecided<T>(result: &Result<T, Refusal>) -> Option<&str> {
    match result {
        Err(Refusal::Undecided(cause)) => Some(&cause.0),
        _ => None,
    }
}

fn outcome<T>(result: &Result<T, Refusal>) -> &'static str {
    match result {
        Ok(_) => "allowed",
        Err(Refusal::Hidden) => "hidden",
        Err(Refusal::Denied(_)) => "denied",
        Err(Refusal::StepUp(_)) => "step-up",
        Err(Refusal::Undecided(_)) => "undecided",
    }
}
