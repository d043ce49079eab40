//! What the crate asks of NATS: a connection, a stream for each publisher, its last message.

use async_nats::ConnectOptions;
use async_nats::jetstream::stream::{Config, DiscardPolicy, Republish, StorageType};
use async_nats::jetstream::{self, Context};
use percent_encoding::percent_decode_str;
use url::Url;

/// The broker cannot be connected to.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Not an address such as `nats://user:password@127.0.0.1:4222`.
    #[error("not the address of a NATS server")]
    Address(#[from] url::ParseError),
    /// The server was reached, or will never be, but not as this user.
    #[error("cannot connect to NATS")]
    Refused(#[from] async_nats::ConnectError),
}

/// Connects `service` to NATS; `url` carries its user and password.
///
/// It returns at once where the server is not there yet and goes on trying, so that services and
/// broker can start in any order.
///
/// # Errors
///
/// When the address makes no sense.
pub async fn connect(url: &str, service: &str) -> Result<Context, ConnectError> {
    let mut url = Url::parse(url)?;
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = (
        plain(url.username()),
        plain(url.password().unwrap_or_default()),
    );
    let mut options = ConnectOptions::new()
        .name(service)
        .retry_on_initial_connect();
    if !user.is_empty() {
        // The client does not look for them in the address, and may print it.
        options = options.user_and_password(user, password);
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
    Ok(jetstream::new(options.connect(url.as_str()).await?))
}

/// What a reader asks of a stream: how far it reaches, and for a message.
pub(crate) const QUESTIONS: [&str; 2] = ["STREAM.INFO", "STREAM.MSG.GET"];

/// Under this the server repeats whatever a stream has stored: only then, so that who hears it
/// finds it there.
const ECHO: &str = "stored";

/// The subjects on which one hears that the stream of `source` has grown.
pub(crate) fn echo(source: &str) -> String {
    format!("{ECHO}.{source}.>")
}

/// The subject that is repeated as this one.
pub(crate) fn echoed(subject: &str) -> &str {
    let subject = subject.strip_prefix(ECHO).unwrap_or_default();
    subject.strip_prefix('.').unwrap_or_default()
}

/// Where a reader in another account finds the questions to the stream of `source`.
pub(crate) fn prefix(source: &str) -> String {
    format!("from.{source}")
}

/// The stream of `source`: the last message of every subject, for ever.
pub(crate) fn config(source: &str) -> Config {
    Config {
        name: source.to_owned(),
        subjects: vec![format!("{source}.>")],
        max_messages_per_subject: 1,
        discard: DiscardPolicy::Old,
        republish: Some(Republish {
            source: ">".to_owned(),
            destination: format!("{ECHO}.>"),
            headers_only: true,
        }),
        storage: StorageType::File,
        ..Config::default()
    }
}
