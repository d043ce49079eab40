//! The OpenID provider: signs people in, issues tokens.
//!
//! Everything that other services believe about a caller begins here: who it is, which session it is in, which
//! application roles it has. What a person may do with a security system does not: nothing here knows of one.
//!
//! ```text
//!  browser ──▶ sign-in page, authorize ──┐
//!  bff ──────▶ token, userinfo, revoke ──┼──▶ app ──▶ Postgres: users, sessions, codes, families, keys
//!  services ─▶ token, JWKS, users ───────┘     ▲           │
//!                                              │           ├──▶ mail, logouts: delivered by workers
//!  organizations ───── employments ────────────┘           └──▶ outbox: users, sessions
//! ```
//!
//! | module | is |
//! |---|---|
//! | [`domain`] | users and guards, clients, tickets, token families, keys, backoff |
//! | [`app`] | the use cases, and the workers |
//! | [`store`] | Postgres |
//! | [`http`] | pages for people, OAuth for clients, JSON for services and administrators |
//! | [`events`] | what is published, and what is heard of employments |
//!
//! **Architecture invariants.** The database holds no secret in the clear: passwords are hashed, signing keys sealed, and
//! codes, links, cookies and refresh tokens are not stored at all ([`domain::ticket`]). The issuer is configuration,
//! never a request's `Host`. Nothing is sent inside a transaction.

pub mod app;
pub mod config;
pub mod domain;
pub mod events;
pub mod http;
pub mod store;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chassis::auth::{Verifier, VerifierSettings};
use chassis::client::http_client;
use chassis::clock::{Clock, Clocks};
use idempotency::Idempotency;
use outbox::{Consumer, Inbox, Relay};
use rand::SeedableRng as _;
use rand::rngs::{StdRng, SysRng};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::app::{App, CleanUp, LogoutCourier, MailCourier, Passwords, Randomness, Wake};
use crate::config::Rules;
use crate::events::customer::CustomerEvents;
use crate::events::dealer::DealerEvents;
use crate::events::monitoring::MonitoringEvents;
use crate::http::{Api, Cookies, Demo};
use crate::store::Store;
pub use crate::{config::Config, http::router};

/// How long a worker rests that was not woken.
const PAUSE: Duration = Duration::from_secs(2);
/// How often expired data is deleted.
const CLEAN_UP: Duration = Duration::from_mins(5);

/// Serves until told to stop.
///
/// # Errors
/// When the configuration is wrong or the listener fails. The broker may come later.
pub async fn run(
    config: Config,
    clocks: Clocks,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let pool = database::connections(&config.database.url()?, config.settings.deadline)?;
    let app = Arc::new(assemble(
        config.rules()?,
        pool.clone(),
        clocks.tokens.clone(),
    )?);
    app.ensure_keys().await.context("signing keys")?;
    let http = http_client()?;
    let inbox = Inbox::new(pool.clone());
    let tasks = TaskTracker::new();
    exchange_events(&config, &pool, &inbox, &clocks, &tasks, &shutdown).await?;
    start_workers(&config, &app, &http, &tasks, &shutdown)?;

    let verifier = VerifierSettings::new(&config.settings, "iam-service")?;
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
    chassis::http::serve(router(api, &config.settings), listener, shutdown).await?;
    tasks.close();
    tasks.wait().await;
    Ok(())
}

/// Brings the database to this version's tables.
///
/// # Errors
/// When it cannot be reached, or a migration fails.
pub async fn migrate(database_url: &SecretString) -> anyhow::Result<()> {
    let pool = PgPool::connect(database_url.expose_secret())
        .await
        .context("the database of iam-service")?;
    outbox::migrate(&pool).await?;
    idempotency::migrate(&pool).await?;
    sqlx::migrate!().run(&pool).await?;
    Ok(())
}

/// The use cases on this database, for the service and for commands beside it.
///
/// # Errors
/// When the system has no randomness.
pub fn assemble(rules: Rules, pool: PgPool, clock: Arc<dyn Clock>) -> anyhow::Result<App> {
    let mut rng = StdRng::try_from_rng(&mut SysRng).context("no randomness from the system")?;
    Ok(App {
        store: Store::new(pool),
        passwords: Passwords::new(rules.passwords_at_once, &mut rng)?,
        // The one place where randomness enters.
        randomness: Randomness::new(rng),
        clock,
        clients: rules.clients,
        secrets: rules.secrets,
        issuer: rules.issuer,
        access_token_lifetime: rules.access_token_lifetime,
        wake: Wake::default(),
    })
}

/// Publishes users and sessions, and hears of employments.
async fn exchange_events(
    config: &Config,
    pool: &PgPool,
    inbox: &Inbox,
    clocks: &Clocks,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let broker = outbox::connect(config.broker.url()?.expose_secret(), iam_events::SOURCE).await?;
    let clock = clocks.tokens.clone();
    let relay = Relay::new(
        pool.clone(),
        broker.clone(),
        iam_events::SOURCE,
        move || clock.now(),
    );
    tasks.spawn(relay.run(shutdown.clone()));
    let (inbox, broker) = (|| inbox.clone(), || broker.clone());
    let customers = Consumer::new(inbox(), broker(), customer_events::SOURCE, CustomerEvents);
    let dealers = Consumer::new(inbox(), broker(), dealer_events::SOURCE, DealerEvents);
    let providers = Consumer::new(
        inbox(),
        broker(),
        monitoring_events::SOURCE,
        MonitoringEvents,
    );
    tasks.spawn(customers.run(shutdown.clone()));
    tasks.spawn(dealers.run(shutdown.clone()));
    tasks.spawn(providers.run(shutdown.clone()));
    Ok(())
}

fn start_workers(
    config: &Config,
    app: &Arc<App>,
    http: &reqwest::Client,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let wake = || app.wake.clone();
    if let Some(transport) = config.smtp()? {
        let mail = MailCourier {
            app: Arc::clone(app),
            transport,
            from: config.mail.mail_from.clone(),
        };
        tasks.spawn(app::run(mail, wake(), PAUSE, shutdown.clone()));
    }
    let logouts = LogoutCourier {
        app: Arc::clone(app),
        http: http.clone(),
    };
    tasks.spawn(app::run(logouts, wake(), PAUSE, shutdown.clone()));
    // Nothing wakes this one.
    let clean_up = CleanUp {
        app: Arc::clone(app),
    };
    tasks.spawn(app::run(
        clean_up,
        Wake::default(),
        CLEAN_UP,
        shutdown.clone(),
    ));
    Ok(())
}
