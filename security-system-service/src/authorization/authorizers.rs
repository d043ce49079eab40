//! All strategies, and which of them decides.

mod lists;

use access::Operation;
use metrics::{counter, histogram};
use outbox::ConsistencyToken;
use tokio::time::Instant;

use super::combine::Combine;
use super::delegate::Delegate;
use super::fetch::Fetch;
use super::provide::Provide;
use super::replicate::Replicate;
use super::{AuthorizationRequest, Authorizer, Caller, Choices, Live, Permit, Refusal, Strategy};

pub use lists::Right;

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
    delegate_local: Delegate,
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
        delegate_local: Delegate,
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

    /// The strategy for an operation: the one that was asked for, or else the one in force.
    #[must_use]
    pub fn strategy(&self, operation: Operation, asked: Option<Strategy>) -> Strategy {
        asked.unwrap_or_else(|| self.choices.in_force(operation))
    }

    /// The strategy that decides where the caller's token does not tell enough.
    #[must_use]
    pub const fn live(&self) -> Strategy {
        self.live.strategy()
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
        let live = self.live();
        counter!("authorization_token_insufficient_total", "strategy" => chosen.as_str())
            .increment(1);
        tracing::info!(user = %caller.user, %chosen, %live, %cause, "the token does not tell enough");
        live
    }

    /// May this caller do this to this system now? By the chosen strategy, or [the one that decides](Self::deciding) in its
    /// place; and by which. Measured and logged once, as it was decided in the end.
    ///
    /// It is decided by facts as fresh as the caller presents. Nearly always they are as fresh as those as well by which the
    /// system was last changed. Where they are not, and the caller may view the system by them, it is decided once more,
    /// by facts as fresh as both. To wait for what is kept with a system at once, or to turn to another
    /// strategy for it, would tell a stranger by a 503, by the time it takes, or by the strategy's name, that there is
    /// a system. So what is kept plays no part until its caller is known to see the system, and what is hidden is
    /// answered as what is not there. Nothing is allowed by that which older facts allow: a permit is made of no facts that
    /// are older than what is kept. And who does not see the system is told no more than that nothing is there for them by facts
    /// as fresh as they asked for, as everybody is whose system nobody has changed.
    pub async fn authorize(
        &self,
        chosen: Strategy,
        request: &AuthorizationRequest<'_>,
    ) -> (Strategy, Result<Permit, Refusal>) {
        let started = Instant::now();
        let mut strategy = self.deciding(chosen, request.caller, &request.freshness);
        let mut result = self.decide(strategy, request).await;
        if matches!(result, Err(Refusal::Behind)) {
            let again = request.knowing_all();
            strategy = self.deciding(strategy, again.caller, &again.freshness);
            result = self.decide(strategy, &again).await;
        }
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
        (strategy, result)
    }

    /// [`Authorizer::authorize`] by this strategy.
    async fn decide(
        &self,
        strategy: Strategy,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Permit, Refusal> {
        match strategy {
            Strategy::Fetch => self.fetch.authorize(request).await,
            Strategy::Replicate => self.replicate.authorize(request).await,
            Strategy::Provide => self.provide.authorize(request).await,
            Strategy::Combine => self.combine.authorize(request).await,
            Strategy::Delegate => self.delegate.authorize(request).await,
            Strategy::DelegateLocal => self.delegate_local.authorize(request).await,
        }
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
        Err(Refusal::Hidden | Refusal::Behind | Refusal::StepUp(_)) => None,
    }
}

fn measure(what: &'static str, strategy: Strategy, outcome: &'static str, started: Instant) {
    histogram!(what, "strategy" => strategy.as_str(), "outcome" => outcome)
        .record(started.elapsed());
}

fn outcome<T>(result: &Result<T, Refusal>) -> &'static str {
    match result {
        Ok(_) => "allowed",
        Err(Refusal::Hidden) => "hidden",
        Err(Refusal::Behind) => "behind",
        Err(Refusal::Denied(_)) => "denied",
        Err(Refusal::StepUp(_)) => "step-up",
        Err(Refusal::Undecided(_)) => "undecided",
    }
}
