//! Containers can do little. Docker is asked, not `compose.yaml`: what stands there may be taken back two lines below.

use std::collections::BTreeSet;

use anyhow::ensure;
use demo_world::services::SERVICES;
use serde_json::Value;
use stories::town::Story;

#[test]
fn containers_can_do_little() -> anyhow::Result<()> {
    super::SITE.tell("little", little)
}

async fn little(story: Story) -> anyhow::Result<()> {
    let all = story.containers()?.inspected().await?;
    let part = |container: &Value| {
        let part = &container["Config"]["Labels"]["com.docker.compose.service"];
        part.as_str().unwrap_or_default().to_owned()
    };
    let there: BTreeSet<String> = all.iter().map(part).collect();
    let servers = ["prepare", "postgres", "nats", "seed"].map(str::to_owned);
    let services = SERVICES.iter().flat_map(|service| {
        let name = service.name;
        [name.to_owned(), format!("{name}-migrate")]
    });
    let expected: BTreeSet<String> = services.chain(servers).collect();
    ensure!(there == expected, "there are {there:?}");

    let mut offenders = Vec::new();
    for container in &all {
        for (limit, is_set) in limits(container) {
            offenders.extend((!is_set).then(|| format!("{}: {limit}", part(container))));
        }
    }
    ensure!(offenders.is_empty(), "without {offenders:#?}");
    Ok(())
}

/// What each of them has to have, and whether this one has it.
fn limits(container: &Value) -> [(&'static str, bool); 8] {
    let host = &container["HostConfig"];
    let says = |list: &Value, word: &str| {
        let list = list.as_array();
        list.is_some_and(|list| list.iter().any(|said| said == word))
    };
    let is_empty = |list: &Value| list.as_array().is_none_or(Vec::is_empty);
    let user = container["Config"]["User"].as_str().unwrap_or_default();
    let user = user.split(':').next().unwrap_or_default();
    let mut mounts = container["Mounts"].as_array().into_iter().flatten();
    let bindings = host["PortBindings"].as_object().into_iter().flatten();
    let mut bindings = bindings.flat_map(|(_, bound)| bound.as_array().into_iter().flatten());
    let spaces = ["NetworkMode", "PidMode", "IpcMode", "UTSMode", "UsernsMode"];
    let is_limited = |what: &str| host[what].as_i64().is_some_and(|limit| limit > 0);
    [
        ("a root that is only read", host["ReadonlyRootfs"] == true),
        (
            "no capability",
            says(&host["CapDrop"], "ALL") && is_empty(&host["CapAdd"]),
        ),
        (
            "no privilege, now or later",
            host["Privileged"] == false && says(&host["SecurityOpt"], "no-new-privileges:true"),
        ),
        ("a user other than root", !["", "0", "root"].contains(&user)),
        (
            "namespaces of its own",
            spaces.iter().all(|space| host[*space] != "host"),
        ),
        (
            "nothing of the machine's files and devices",
            mounts.all(|mount| mount["Type"] != "bind") && is_empty(&host["Devices"]),
        ),
        (
            "a limit of memory and of processes",
            is_limited("Memory") && is_limited("PidsLimit"),
        ),
        (
            "ports on loopback alone",
            bindings.all(|binding| binding["HostIp"] == "127.0.0.1"),
        ),
    ]
}
