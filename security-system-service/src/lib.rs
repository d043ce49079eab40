#![doc = include_str!("../README.md")]

pub mod app;
pub mod authorization;
pub mod authz;
pub mod config;
pub mod domain;
pub mod events;
pub mod http;
pub mod owners;
pub mod store;

use std::sync::Arc;

use anyhow::Context as _;
use async_nats::jetstream::Context;
use axum::Router;
use chassis::auth::{Verifier, VerifierSettings};
use chassis::client::{ServiceClient, TokenSource, http_client};
use chassis::clock::Clocks;
use chassis::config::Settings;
use chassis::entropy;
use chassis::operations::Operations;
use chassis::program::Workers;
use idempotency::Idempotency;
use outbox::{Consumer, Inbox, Relay};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::app::{App, Finisher, Switch};
use crate::authorization::combine::Combine;
use crate::authorization::delegate::Delegate;
use crate::authorization::fetch::Fetch;
use crate::authorization::replicate::Replicate;
use crate::authorization::{Authorizers, Choices, Decider};
use crate::authz::AuthzService;
use crate::config::Config;
use crate::events::FactEvents;
use crate::http::Api;
use crate::owners::{
    CustomerService, DealerService, Grantor, Owners, customers, dealers, monitoring,
};
use crate::store::Store;

pub use crate::store::migrate;

/// The service's name: audience of tokens, source of events.
pub const NAME: &str = security_system_events::SOURCE;

/// The service, put together and not running yet.
#[derive(Debug, Clone)]
pub struct Service {
    /// What handlers need, the use cases among it.
    pub api: Api,
    /// The service's database.
    pub pool: PgPool,
    /// How far the events of others have come.
    pub inbox: Inbox,
    owners: Arc<Owners>,
}

impl Service {
    /// Puts the service together. Nothing has to be there yet that it needs: it becomes ready.
    ///
    /// # Errors
    ///
    /// When the configuration makes no sense.
    pub fn new(config: &Config, clocks: &Clocks) -> anyhow::Result<Self> {
        let settings = &config.settings;
        let pool = database::connections(&config.database.url()?, settings.deadline)?;
        let http = http_client()?;
        let verifier = VerifierSettings::new(settings, NAME)?;
        let verifier = Arc::new(Verifier::new(verifier, http.clone(), clocks.tokens.clone()));
        let tokens = TokenSource::new(
            settings,
            &config.credentials,
            http.clone(),
            clocks.tokens.clone(),
        )?;
        let tokens = Arc::new(tokens);
        // Each is given up a little before all of them are, so that its silence is known to be its own.
        let patience = config.facts_deadline * 19 / 20;
        let client = |address: &Url, name: &str| {
            let (tokens, http) = (tokens.clone(), http.clone());
            ServiceClient::new(address.clone(), name, tokens, http, patience)
        };
        let owners = Arc::new(owners(config, client));
        let authz = AuthzService::new(client(&config.authz_service_url, authz::NAME));
        let clock = clocks.decisions.clone();
        let fetch = Fetch::new(owners.clone(), clock.clone());
        let inbox = Inbox::new(pool.clone());
        // Before the consumers are made: what they consume is waited for.
        owners.names().for_each(|owner| inbox.consumes(owner));
        let replicate = Replicate::new(
            Store::new(pool.clone()),
            inbox.clone(),
            owners.names().collect(),
            config.staleness.clone(),
            clock.clone(),
        );
        let decider = Decider::new(Arc::new(authz), config.staleness.clone(), clock.clone());
        let app = App::new(
            Store::new(pool.clone()),
            Idempotency::new(pool.clone()),
            Authorizers::new(
                Choices::new(config.strategy.clone()),
                config.live_strategy,
                fetch,
                replicate.clone(),
                Combine::new(replicate),
                Delegate::new(decider.clone(), Store::new(pool.clone())),
                Delegate::local(decider),
            ),
            owners.clone(),
            clock.clone(),
            config.facts_deadline,
        );
        let api = Api {
            app: Arc::new(app),
            verifier,
            clock,
            entropy: entropy::system,
            inbox: inbox.clone(),
            patience: config.facts_deadline,
            demo: settings.demo,
        };
        Ok(Self {
            api,
            pool,
            inbox,
            owners,
        })
    }

    /// Keeps what the owners of facts tell, those that there are.
    fn consume(&self, broker: &Context, workers: &mut Workers) -> anyhow::Result<()> {
        for owner in self.owners.names() {
            let events = FactEvents::of(owner);
            let events = events.with_context(|| format!("nothing is kept of {owner}"))?;
            let (inbox, clock) = (self.inbox.clone(), self.api.clock.clone());
            let now = move || clock.now();
            let consumer = Consumer::new(inbox, broker.clone(), owner, events, now);
            workers.spawn(format!("the consumer of {owner}"), |stop| {
                consumer.run(stop)
            });
        }
        Ok(())
    }

    /// All that it answers, ready to face the network.
    pub fn router(&self, settings: &Settings) -> Router {
        let (api, choosing) = (self.api.clone(), self.api.clone());
        let operations = Operations::new(NAME)
            .problems(http::problems::PROBLEMS)
            .problems(idempotency::PROBLEMS)
            .check("database", move |headers| {
                let api = api.clone();
                async move { http::reached(&api, &headers).await }
            })
            .check("strategies", move |_| {
                let api = choosing.clone();
                async move { http::chosen(&api).await }
            });
        let router = operations.router(http::routes(self.api.clone()));
        chassis::http::harden(router, settings)
    }
}

/// The owners of facts that there are.
fn owners(config: &Config, client: impl Fn(&Url, &str) -> ServiceClient) -> Owners {
    let dealers = config.dealer_service_url.as_ref();
    let monitoring = config.monitoring_service_url.as_ref();
    Owners {
        customers: CustomerService::new(client(&config.customer_service_url, customers::NAME)),
        dealers: DealerService::new(dealers.map(|at| client(at, dealers::NAME))),
        monitoring: Grantor::of_providers(monitoring.map(|at| client(at, monitoring::NAME))),
    }
}

/// Runs the service and its workers until told to stop.
///
/// # Errors
///
/// When the configuration makes no sense, or the server or a worker fails.
pub async fn run(
    config: Config,
    clocks: Clocks,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let service = Service::new(&config, &clocks)?;
    let broker = outbox::connect(config.broker.url()?.expose_secret(), NAME).await?;
    let clock = clocks.decisions.clone();
    let relay = Relay::new(service.pool.clone(), broker.clone(), NAME, move || {
        clock.now()
    });
    let finisher = Finisher::new(service.api.app.clone());

    let mut workers = Workers::until(&shutdown);
    service.consume(&broker, &mut workers)?;
    workers.spawn("the relay", |stop| relay.run(stop));
    workers.spawn("the finisher", |stop| finisher.run(stop));
    if service.api.demo {
        let switch = Switch::new(service.api.app.clone());
        workers.spawn("the switch", |stop| switch.run(stop));
    }
    workers.serve(service.router(&config.settings), listener);
    workers.finish().await
}
