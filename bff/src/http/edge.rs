//! An optional check at the edge, before anything is sent on.
//!
//! Every service checks the token and decides for itself. Who switches this on (`--check-tokens`)
//! has what is hopeless refused one hop earlier: a token that no service would take, a person
//! without the application role without which a whole service has no answer. It is never what a
//! service relies on, and nothing finer is decided here.

use std::{collections::HashMap, sync::Arc};

use chassis::{
    auth::{Verifier, VerifierSettings},
    clock::Clock,
    config::Settings,
    problem::{FORBIDDEN, Problem},
};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::{Service, Target, services};

/// Who checks tokens at the edge: for each service a verifier of tokens that are meant for it.
#[derive(Debug)]
pub struct Edge(HashMap<Service, Verifier>);

impl Edge {
    /// A check with the provider's published keys.
    ///
    /// # Errors
    ///
    /// When the provider's address is none.
    pub fn new(
        settings: &Settings,
        client: &reqwest::Client,
        clock: &Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let verifiers = services().into_iter().map(|service| {
            let settings = VerifierSettings::new(settings, service.name())?;
            Ok((
                service,
                Verifier::new(settings, client.clone(), clock.clone()),
            ))
        });
        Ok(Self(verifiers.collect::<anyhow::Result<_>>()?))
    }

    /// Refuses what is hopeless.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub async fn check(&self, target: &Target, token: &SecretString) -> Result<(), Problem> {
        let verifier = self.0.get(&target.service).ok_or_else(Problem::not_found)?;
        let user = verifier.user(token.expose_secret()).await?;
        match target.service.role() {
            Some(role) if !user.has(role) => {
                Err(Problem::new(&FORBIDDEN).detail(format!("The role {role} is needed.")))
            }
            _ => Ok(()),
        }
    }
}
