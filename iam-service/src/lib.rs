#![doc = include_str!("../README.md")]

pub mod app;
pub mod back_channel;
pub mod config;
pub mod domain;
pub mod events;
pub mod http;
pub mod owners;
pub mod store;

use std::sync::Arc;

use anyhow::Context as _;
use chassis::auth::{Verifier, VerifierSettings};
use chassis::client::{ServiceClient, TokenSource, http_client};
use chassis::clock::{Clock, Clocks};
use chassis::config::Settings;
use chassis::program::{Wake, Workers};
use idempotency::Idempotency;
use jiff::SignedDuration;
use outbox::{Consumer, Inbox, Relay};
use rand::SeedableRng as _;
use rand::rngs::{StdRng, SysRng};
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use sqlx::migrate::MigrateError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::app::{
    App, CleanUp, Gathering, LogoutCourier, MailCourier, Passwords, Randomness, Replica,
};
use crate::back_channel::BackChannel;
use crate::config::{FactsFrom, FactsSettings, Rules};
use crate::events::employments::{CUSTOMERS, DEALERS, PROVIDERS};
use crate::http::{Api, Cookies, Demo};
use crate::owners::Owners;
use crate::store::Store;
pub use crate::{config::Config, http::faces};

/// The service's name: the audience of tokens for it, and the name of its stream.
pub const NAME: &str = iam_events::SOURCE;

/// Serves until told to stop.
///
/// # Errors
///
/// When the configuration is wrong, or the server or a worker fails. The broker may come later.
pub async fn run(
    config: Config,
    clocks: Clocks,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let pool = database::connections(&config.database.url()?, config.settings.deadline)?;
    let http = http_client()?;
    let app = assemble(config.rules()?, pool.clone(), clocks.tokens.clone())?;
    let inbox = Inbox::new(pool.clone());
    let clock = clocks.tokens.clone();
    let gathering = gathering(&config.settings, &config.facts, &http, clock, &inbox)?;
    let app = Arc::new(App { gathering, ..app });
    app.ensure_keys().await.context("signing keys")?;
    let mut workers = Workers::until(&shutdown);
    exchange_events(&config, &pool, &inbox, &clocks, &mut workers).await?;
    deliver(&config, &app, &http, &mut workers)?;

    let verifier = VerifierSettings::new(&config.settings, NAME)?;
    let api = Api {
        app,
        verifier: Arc::new(Verifier::new(verifier, http, clocks.tokens)),
        inbox,
        idempotency: Idempotency::new(pool),
        cookies: Arc::new(Cookies::new(&Url::parse(&config.settings.issuer)?)),
        proxies: Arc::new(config.trusted_proxies.iter().copied().collect()),
        demo: config
            .settings
            .demo
            .then(|| Arc::new(Demo::new(config.demo_accounts))),
    };
    let operations = config.watched.bind().await?;
    let faces = faces(api, &config.settings);
    workers.serve(faces.public, listener);
    workers.serve(faces.operations, operations);
    workers.finish().await
}

/// Makes or updates the tables, as the owner of the database.
///
/// # Errors
///
/// When the database refuses.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    outbox::migrate(pool).await?;
    idempotency::migrate(pool).await?;
    sqlx::migrate!().run(pool).await
}

/// The use cases on this database, for the service and for commands beside it.
///
/// # Errors
///
/// When the system has no randomness.
pub fn assemble(rules: Rules, pool: PgPool, clock: Arc<dyn Clock>) -> anyhow::Result<App> {
    let mut rng = StdRng::try_from_rng(&mut SysRng).context("no randomness from the system")?;
    Ok(App {
        store: Store::new(pool),
        passwords: Passwords::new(rules.passwords_at_once, rules.password_patience, &mut rng)?,
        // The one place where randomness enters.
        randomness: Randomness::new(rng),
        turns: app::turns(),
        clock,
        clients: rules.clients,
        secrets: rules.secrets,
        issuer: rules.issuer,
        access_token_lifetime: rules.access_token_lifetime,
        gathering: Gathering::None,
        wake: Wake::default(),
    })
}

/// Where the facts in tokens come from, as configured.
///
/// # Errors
///
/// When something is missing that it needs.
pub fn gathering(
    settings: &Settings,
    facts: &FactsSettings,
    http: &reqwest::Client,
    clock: Arc<dyn Clock>,
    inbox: &Inbox,
) -> anyhow::Result<Gathering> {
    match facts.facts {
        FactsFrom::None => Ok(Gathering::None),
        FactsFrom::Replicate => {
            for source in [CUSTOMERS, DEALERS, PROVIDERS].map(|told| told.source) {
                inbox.consumes(source);
            }
            Ok(Gathering::Replicate(Replica {
                inbox: inbox.clone(),
                staleness: SignedDuration::try_from(facts.staleness)?,
                patience: facts.facts_deadline,
            }))
        }
        FactsFrom::Fetch => {
            let tokens = TokenSource::new(settings, &facts.credentials(), http.clone(), clock)?;
            let tokens = Arc::new(tokens);
            // Each is given up a little before all of them are, so that its silence is known to be its own.
            let patience = facts.facts_deadline * 19 / 20;
            let client = |at: &Url, name| {
                ServiceClient::new(at.clone(), name, tokens.clone(), http.clone(), patience)
            };
            let customers = facts.customer_service_url.as_ref();
            let customers =
                customers.context("CUSTOMER_SERVICE_URL must be set to ask for facts")?;
            let dealers = facts.dealer_service_url.as_ref();
            let monitoring = facts.monitoring_service_url.as_ref();
            Ok(Gathering::Fetch(Box::new(Owners::new(
                client(customers, customer_events::SOURCE),
                dealers.map(|at| client(at, dealer_events::SOURCE)),
                monitoring.map(|at| client(at, monitoring_events::SOURCE)),
                facts.facts_deadline,
            ))))
        }
    }
}

/// Publishes users and sessions, and hears of employments.
async fn exchange_events(
    config: &Config,
    pool: &PgPool,
    inbox: &Inbox,
    clocks: &Clocks,
    workers: &mut Workers,
) -> anyhow::Result<()> {
    let broker = outbox::connect(config.broker.url()?.expose_secret(), NAME).await?;
    let clock = clocks.tokens.clone();
    let relay = Relay::new(pool.clone(), broker.clone(), NAME, move || clock.now());
    workers.spawn("the relay", |stop| relay.run(stop));
    for employments in [CUSTOMERS, DEALERS, PROVIDERS] {
        let source = employments.source;
        let clock = clocks.tokens.clone();
        let now = move || clock.now();
        let consumer = Consumer::new(inbox.clone(), broker.clone(), source, employments, now);
        workers.spawn(format!("the consumer of {source}"), |stop| {
            consumer.run(stop)
        });
    }
    Ok(())
}

/// Delivers what is queued, and forgets what has expired.
fn deliver(
    config: &Config,
    app: &Arc<App>,
    http: &reqwest::Client,
    workers: &mut Workers,
) -> anyhow::Result<()> {
    if let Some(transport) = config.smtp()? {
        let mail = MailCourier {
            app: Arc::clone(app),
            transport,
            from: config.mail.mail_from.clone(),
        };
        workers.spawn("mail", |stop| mail.run(stop));
    }
    let logouts = LogoutCourier {
        app: Arc::clone(app),
        back_channel: BackChannel::new(http.clone()),
    };
    workers.spawn("logouts", |stop| logouts.run(stop));
    let clean_up = CleanUp {
        app: Arc::clone(app),
    };
    workers.spawn("clean-up", |stop| clean_up.run(stop));
    Ok(())
}
