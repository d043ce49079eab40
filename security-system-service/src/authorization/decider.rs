//! What delegate and delegate-local have in common: somebody else decides, and is believed.

use std::sync::Arc;

use access::{Operation, UserId};
use chassis::clock::Clock;
use outbox::ConsistencyToken;
use tokio::time::Instant;

use super::asking::Asking;
use super::judgement::{Judged, Judgement};
use super::{AuthorizationRequest, Bounds, Cause, Rights, Visible};
use crate::authz::{AuthzService, Evaluated, Resource};
use crate::domain::System;

/// The way to authz-service, and for what its facts may be too old.
#[derive(Debug, Clone)]
pub struct Decider {
    pub(super) authz: Arc<AuthzService>,
    bounds: Bounds,
    clock: Arc<dyn Clock>,
}

impl Decider {
    /// Asks authz-service, whose facts may be so old.
    #[must_use]
    pub const fn new(authz: Arc<AuthzService>, bounds: Bounds, clock: Arc<dyn Clock>) -> Self {
        Self {
            authz,
            bounds,
            clock,
        }
    }

    pub(super) fn ask(&self, until: Instant) -> Asking {
        Asking::begin(self.clock.now(), until)
    }

    /// What is answered about these systems.
    pub(super) async fn answers(
        &self,
        asking: Asking,
        user: UserId,
        resources: &[Resource],
        freshness: &ConsistencyToken,
    ) -> Result<Evaluated, Cause> {
        let answers = self.authz.evaluate(user, resources, freshness);
        asking.answer(answers).await
    }

    /// What follows from the answers about one system, which is the one in question.
    pub(super) fn judge(
        &self,
        request: &AuthorizationRequest<'_>,
        told: Evaluated,
    ) -> Result<Judgement, Cause> {
        let age = told.age;
        self.bounds.hold(request.operation, age)?;
        let unanswered = || Cause("nothing was answered".to_owned());
        let answers = told.answers.into_iter().next().ok_or_else(unanswered)?;
        let view = answers.of(Operation::View).as_ref().map_err(Cause::clone)?;
        let (user, at) = (request.caller.user, request.at);
        let rights = request
            .system
            .map(|system| Rights::answered(user, system, at, &answers));
        let rights = rights.transpose()?.flatten();
        Ok(Judgement {
            rights: rights.map(|rights| rights.within(&self.bounds, age)),
            age,
            as_of: told.as_of,
            policy_version: Some(view.policy_version.clone()),
        })
    }

    /// What follows from the answers about the systems of a page.
    pub(super) fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        told: Evaluated,
    ) -> Result<Judged, Cause> {
        let judged = systems
            .iter()
            .zip(&told.answers)
            .map(|((system, _), answers)| {
                let rights = Rights::answered(visible.caller.user, system, visible.at, answers)?;
                Ok(rights.map(|rights| rights.within(&self.bounds, told.age)))
            });
        Ok(Judged {
            rights: judged.collect::<Result<_, Cause>>()?,
            as_of: told.as_of,
        })
    }
}
