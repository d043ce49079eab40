//! What a service is told.

use std::{io::Write as _, path::PathBuf, time::Duration};

use chassis::config;
use clap::{Args, Parser};
use secrecy::ExposeSecret as _;

use crate::app::settings;

#[derive(Debug, Parser)]
struct Command<T: Args> {
    #[command(flatten)]
    settings: T,
}

#[test]
fn everything_listens_on_loopback_unless_told_otherwise() {
    assert!(settings(&[]).listen.ip().is_loopback());
}

#[test]
fn the_issuer_is_one_thing_and_its_address_another() -> anyhow::Result<()> {
    let public = settings(&["--issuer", "https://id.example"]);
    assert_eq!(
        public.issuer_address("/oauth2/jwks")?.as_str(),
        "https://id.example/oauth2/jwks"
    );
    let inside = settings(&[
        "--issuer",
        "https://id.example",
        "--issuer-base-url",
        "http://iam:3001/",
    ]);
    assert_eq!(inside.issuer, "https://id.example", "letter by letter");
    assert_eq!(
        inside.issuer_address("/oauth2/jwks")?.as_str(),
        "http://iam:3001/oauth2/jwks"
    );
    Ok(())
}

#[test]
fn an_issuer_that_cannot_be_one_is_refused() {
    for issuer in [
        "id.example",
        "ftp://id.example",
        "https://id.example?x",
        "https://id.example#x",
    ] {
        let parsed = Command::<config::Settings>::try_parse_from(["service", "--issuer", issuer]);
        assert!(parsed.is_err(), "{issuer}");
    }
}

#[test]
fn durations_are_written_as_people_write_them() -> anyhow::Result<()> {
    assert_eq!(config::duration("1500ms")?, Duration::from_millis(1500));
    assert_eq!(config::duration("2m 30s")?, Duration::from_secs(150));
    assert!(config::duration("-1s").is_err());
    assert!(config::duration("soon").is_err());
    Ok(())
}

#[test]
fn no_request_may_take_half_a_minute() {
    assert_eq!(
        settings(&["--deadline", "29s"]).deadline,
        Duration::from_secs(29)
    );
    for deadline in ["30s", "5m"] {
        let parsed =
            Command::<config::Settings>::try_parse_from(["service", "--deadline", deadline]);
        let refused = parsed.map_err(|error| error.to_string());
        assert!(refused.is_err_and(|why| why.contains("must be shorter than 30s")));
    }
}

#[test]
fn a_secret_comes_by_value_or_by_file() -> anyhow::Result<()> {
    let mut file = tempfile::NamedTempFile::new()?;
    writeln!(file, "from the file")?;
    let path = file.path().to_path_buf();
    let value = "as such".into();

    assert_eq!(
        config::secret("X", Some(&value), None)?.expose_secret(),
        "as such"
    );
    assert_eq!(
        config::secret("X", None, Some(&path))?.expose_secret(),
        "from the file"
    );
    let missing = config::secret("X", None, None).map_err(|error| error.to_string());
    assert_eq!(missing.err().as_deref(), Some("X or X_FILE must be set"));
    assert!(config::secret("X", None, Some(&PathBuf::from("/nowhere"))).is_err());
    Ok(())
}

#[test]
fn a_secret_shows_nowhere() -> anyhow::Result<()> {
    let flags = ["service", "--client-id", "bff", "--client-secret", "hush"];
    let command = Command::<config::Credentials>::try_parse_from(flags)?;
    assert_eq!(command.settings.secret()?.expose_secret(), "hush");
    assert!(!format!("{command:?}").contains("hush"));
    Ok(())
}
