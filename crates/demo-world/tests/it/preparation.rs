//! What each part of a demo reads, and who else can.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use demo_world::preparation::{Places, seed, servers, services};
use demo_world::secrets::Secrets;
use testkit::scratch::Scratch;

/// Prepares everything below a directory, and gives back the files with their texts.
fn prepared(directory: &Path) -> BTreeMap<String, String> {
    let places = Places {
        postgres: "postgres:5432".into(),
        nats: "nats:4222".into(),
        browsers: "http://localhost:3000".parse().unwrap(),
        back_channel: "http://bff:8080".parse().unwrap(),
    };
    let secrets = Secrets::of(directory).unwrap();
    services(directory, &places, &secrets).unwrap();
    servers(directory, &secrets).unwrap();
    seed(directory, &secrets).unwrap();
    let parts = fs::read_dir(directory).unwrap().map(|part| part.unwrap());
    let files = parts
        .filter(|part| part.path().is_dir())
        .flat_map(|part| fs::read_dir(part.path()).unwrap());
    files
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.strip_prefix(directory).unwrap().to_str().unwrap();
            (name.to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The password in an address.
fn password(address: &str) -> &str {
    let (_, rest) = address.split_once("://").unwrap();
    let (user, _) = rest.split_once('@').unwrap();
    user.split_once(':').unwrap().1
}

#[test]
fn a_service_is_shown_nothing_that_another_proves_itself_by() {
    let scratch = Scratch::new("prepared").unwrap();
    let files = prepared(scratch.path());
    let own = password(&files["customer-service/database-url"]);
    let owner = password(&files["owners/customer-service"]);
    let broker = password(&files["customer-service/nats-url"]);
    let client = files["customer-service/client-secret"].as_str();
    for (secret, places) in [
        (own, ["customer-service/", "postgres/"]),
        (owner, ["owners/", "postgres/"]),
        (broker, ["customer-service/", "nats/"]),
        (client, ["customer-service/", "iam-service/"]),
    ] {
        let shown = files.iter().filter(|(_, text)| text.contains(secret));
        let elsewhere: Vec<_> = shown
            .map(|(name, _)| name)
            .filter(|name| !places.iter().any(|place| name.starts_with(place)))
            .collect();
        assert!(elsewhere.is_empty(), "{elsewhere:?}");
    }
    assert_ne!(own, owner);
    // Which asks nobody for anything.
    assert!(!files.contains_key("authz-service/client-secret"));
    assert!(files.contains_key("bff/client-secret"));
}

/// Whoever asks it is not asked who they are.
#[test]
fn the_broker_is_monitored_from_its_own_container_alone() {
    let scratch = Scratch::new("prepared").unwrap();
    let configuration = &prepared(scratch.path())["nats/nats.conf"];
    let monitored = configuration
        .lines()
        .filter(|line| line.starts_with("http"));
    assert_eq!(monitored.collect::<Vec<_>>(), [r#"http: "127.0.0.1:8222""#]);
}

#[test]
fn preparing_again_changes_no_secret() {
    let scratch = Scratch::new("prepared").unwrap();
    let first = prepared(scratch.path());
    assert_eq!(prepared(scratch.path()), first);
}

/// Who makes the world is on the network.
#[test]
fn who_makes_the_world_is_shown_what_it_tells_alone() {
    let scratch = Scratch::new("prepared").unwrap();
    let shown = &prepared(scratch.path())["seed/secrets.json"];
    let shown: BTreeMap<String, String> = serde_json::from_str(shown).unwrap();
    let names: Vec<_> = shown.keys().collect();
    assert_eq!(names, ["client-panel-simulator", "demo-password"]);
    let secrets = Secrets::of(scratch.path()).unwrap();
    assert_eq!(shown["demo-password"], secrets.demo_password().unwrap());
}

/// Whoever took them for none would write others over those that the data was made with.
#[test]
fn secrets_that_cannot_be_read_are_kept() {
    let scratch = Scratch::new("prepared").unwrap();
    let file = scratch.path().join("secrets.json");
    // Nobody reads a directory, whoever they are.
    fs::create_dir(&file).unwrap();
    assert!(Secrets::of(scratch.path()).is_err());
    fs::remove_dir(&file).unwrap();
    assert!(Secrets::of(scratch.path()).is_ok());
}

#[test]
fn only_we_read_what_holds_secrets_and_postgres_its_own() {
    let scratch = Scratch::new("prepared").unwrap();
    for name in prepared(scratch.path()).keys() {
        let metadata = fs::metadata(scratch.path().join(name)).unwrap();
        let group = name.starts_with("postgres/");
        let expected = if group { 0o640 } else { 0o600 };
        assert_eq!(metadata.permissions().mode() & 0o777, expected, "{name}");
    }
}
