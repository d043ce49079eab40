//! `compose.yaml` says in its own words what `demo_world::services` says in Rust.

use std::fs;

use demo_world::services::{OWNERS, SERVICES, STRATEGY, SUPPLIES};

use crate::sources::{assert_none, root};

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn every_service_is_composed() {
    let (compose, published) = (read("compose.yaml"), read("deploy/compose.published.yaml"));
    let dockerfile = read("deploy/Dockerfile");
    let mut offenders = Vec::new();
    for service in SERVICES {
        let name = service.name;
        let port = format!("${{{}:-{}}}", service.variable("PORT"), 3000 + service.port);
        let everywhere = format!("{compose}{published}");
        let mut expect = |is_there: bool, what: &str| {
            offenders.extend((!is_there).then(|| format!("{name}: {what}")));
        };
        expect(compose.contains(&format!("\n  {name}:\n")), "a service");
        expect(
            compose.contains(&format!("\n  {name}-migrate:")),
            "a migration",
        );
        expect(
            compose.contains(&format!("- {name}:/prepared/{name}\n")),
            "a volume that is prepared",
        );
        expect(compose.contains(&format!("SERVICE: {name} }}")), "a build");
        expect(everywhere.contains(&port), "its port");
        if let Some(port) = service.operations_port {
            let variable = service.variable("OPERATIONS_PORT");
            let port = format!("${{{variable}:-{}}}:8081", 3000 + port);
            expect(published.contains(&port), "its port for operators");
        }
        let words: Vec<_> = dockerfile.split_whitespace().collect();
        expect(
            words.iter().any(|word| word.trim_end_matches(';') == name),
            "a folder with an owner in the Dockerfile",
        );
    }
    for told in [
        format!("OWNERS: {}", OWNERS.join(",")),
        format!("SUPPLIES: {SUPPLIES}"),
        format!("STRATEGY: {STRATEGY},${{STRATEGY:-}}"),
    ] {
        let is_told = compose.lines().any(|line| line.trim() == told);
        offenders.extend((!is_told).then_some(told));
    }
    // Postgres is well when it has the database that is made last.
    let last = format!("--dbname={} ", SERVICES.last().unwrap().name);
    offenders.extend((!compose.contains(&last)).then_some(last));
    assert_none("containers have what every service has", &offenders);
}

/// Whoever put something by our names into a registry would be given all secrets.
#[test]
fn no_registry_is_asked_for_our_images() {
    let compose = read("compose.yaml");
    let (anchors, services) = compose.split_once("\nservices:\n").unwrap();
    let of_all = anchors.split("\nx-part: &part\n").nth(1).unwrap();
    let of_all = of_all.split("\n\n").next().unwrap();
    assert!(of_all.contains("\n  pull_policy: never\n"), "{of_all}");
    for anchor in ["service", "once"] {
        let is_part = format!("x-{anchor}: &{anchor}\n  <<: *part\n");
        assert!(anchors.contains(&is_part), "{is_part}");
    }
    let mut offenders = Vec::new();
    // Each ends with an empty line.
    for service in services.split("\n\n") {
        let lines = || service.lines().map(str::trim);
        let Some(image) = lines().find_map(|line| line.strip_prefix("image: ")) else {
            continue;
        };
        let says = lines().find_map(|line| line.strip_prefix("pull_policy: "));
        let ours = image.starts_with("realguardio/");
        let pulled = if ours { None } else { Some("missing") };
        offenders.extend((says != pulled).then(|| format!("{image}: {says:?}")));
    }
    assert_none("ours are never pulled, others where missing", &offenders);
    for starts in ["xtask/src/images/packed.rs", "xtask/src/demo/containers.rs"] {
        assert!(read(starts).contains("\"--pull=never\""), "{starts}");
    }
}

/// What that comes to, the stories in containers ask Docker.
#[test]
fn every_container_has_what_all_have() {
    let compose = read("compose.yaml");
    let services = compose.split("\nservices:\n").nth(1).unwrap();
    let services = services.split("\nvolumes:\n").next().unwrap();
    let begins = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let names: Vec<_> = services.lines().filter(begins).collect();
    let count = |text: &str| services.matches(text).count();
    let all = ["<<: *service", "<<: *once", "<<: *migrate"].map(count);
    let comments = names.iter().filter(|line| line.trim().starts_with('#'));
    assert_eq!(
        all.iter().sum::<usize>(),
        names.len() - comments.count(),
        "{names:#?}"
    );
}

#[test]
fn images_are_named_once() {
    let (compose, bases) = (read("compose.yaml"), read("xtask/src/images/bases.rs"));
    let ours = |image: &str| image.starts_with("realguardio/");
    let named = compose
        .lines()
        .filter_map(|line| line.trim().strip_prefix("image: "));
    let offenders: Vec<_> = named
        .filter(|image| !ours(image) && !bases.contains(&format!("\"{image}\"")))
        .map(str::to_owned)
        .collect();
    assert_none(
        "what is composed is what `cargo xtask images` makes",
        &offenders,
    );
}
