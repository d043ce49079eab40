#![doc = include_str!("../README.md")]

pub mod app;
pub mod config;
pub mod domain;
pub mod http;
pub mod store;

pub use config::Config;

use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use chassis::auth::{Verifier, VerifierSettings};
use chassis::client::http_client;
use chassis::clock::Clocks;
use chassis::config::Settings;
use chassis::operations::Operations;
use chassis::program::Workers;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::http::Api;

/// The service's name: the audience of tokens for it.
pub const NAME: &str = "authz-service";

/// What the handlers need, made of the configuration.
///
/// # Errors
///
/// When the configuration makes no sense, or policies or facts do not.
pub fn api(config: &Config, clocks: &Clocks) -> anyhow::Result<Api> {
    let policies = store::policies(&config.policies)?;
    let engine = pdp::Engine::new(&policies)?;
    if let Some(file) = &config.facts {
        let facts = store::facts(file)?;
        engine
            .write(facts.into_iter().map(pdp::Change::Add))
            .with_context(|| file.display().to_string())?;
    }
    let view = engine.view();
    tracing::info!(
        version = view.version(),
        facts = view.len(),
        "policies and facts are read"
    );
    let callers = match &config.callers {
        Some(file) => store::callers(file)?,
        None => domain::Callers::default(),
    };
    let verifier = VerifierSettings::new(&config.settings, NAME)?;
    Ok(Api {
        app: Arc::new(App::new(engine, config.cursors()?)),
        tokens: config.tokens || !callers.have_keys(),
        callers: Arc::new(callers),
        verifier: Arc::new(Verifier::new(
            verifier,
            http_client()?,
            clocks.tokens.clone(),
        )),
        anonymous: config.anonymous,
        public_url: config.public_url()?,
    })
}

/// All that the service answers to.
pub fn router(api: Api, settings: &Settings) -> Router {
    let operations = Operations::new(NAME).problems(http::problems::PROBLEMS);
    chassis::http::harden(operations.router(http::routes(api)), settings)
}

/// Runs the service until it is told to stop.
///
/// # Errors
///
/// When the configuration makes no sense, policies or facts do not, or the server fails.
pub async fn run(
    config: Config,
    clocks: Clocks,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let api = api(&config, &clocks)?;
    let mut workers = Workers::until(&shutdown);
    workers.serve(router(api, &config.settings), listener);
    workers.finish().await
}
