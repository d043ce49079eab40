//! The owner of a location is gone half-way through an installation or a removal: it goes on when the owner is back.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use demo_world::cast::PLATFORM_ADMINISTRATOR;
use reqwest::{Method, StatusCode};
use serde_json::json;
use stories::town::{Part, Person, Story};
use stories::voice::Request;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};
use url::Url;

use crate::voice::Insistent;

/// How long it may take until it has gone on.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often to look.
const LOOK: Duration = Duration::from_millis(200);

const OWNER: Part = Part("customer-service", 1);

#[test]
fn what_began_goes_on_when_the_owner_is_back() -> anyhow::Result<()> {
    super::SITE.tell_alone("saga", saga)
}

async fn saga(story: Story) -> anyhow::Result<()> {
    let containers = story.containers()?;
    let customer = story.customer("Half Way").await?;
    let grace = customer
        .hires("grace", &["SECURITY_SYSTEM_DISARMER"])
        .await?;
    let founder = story.caller(PLATFORM_ADMINISTRATOR.email).await?;

    // Gone it is, with nobody there to be told that the location is free.
    let location = customer.opens("House").await?;
    let system = story.system(&location).await?;
    containers.part(&["stop", "-t10"], OWNER).await?;
    let removed = founder.send(Method::DELETE, system, &[], None).await?;
    ensure!(removed.status == StatusCode::NO_CONTENT, "{}", removed.body);
    containers.part(&["start"], OWNER).await?;
    containers.is_well(OWNER).await?;
    becomes_true("the location is free", async || {
        let location = customer.base.join(&format!("locations/{location}"))?;
        let shown = customer.admin.get(location).await?;
        Ok(shown.body["reserved"] == false)
    })
    .await?;

    // The same in the other direction, for many at once: some of them have begun, and the others have not.
    let mut locations = BTreeSet::from([location]);
    for number in 1..=12 {
        locations.insert(customer.opens(&format!("House {number}")).await?);
    }
    let all = story
        .town
        .addresses
        .security_system
        .join("/securitysystems")?;
    let mut installing = JoinSet::new();
    for location in &locations {
        let body = json!({ "locationId": location });
        let install = Request::create(all.clone(), body);
        let mut voice = Insistent::of(story.town, PLATFORM_ADMINISTRATOR.email, founder.clone());
        installing.spawn(async move { voice.insists(&install).await });
    }
    installing
        .join_next()
        .await
        .context("nothing was begun")???;
    containers.part(&["kill"], OWNER).await?;
    containers.part(&["start"], OWNER).await?;
    while let Some(installed) = installing.join_next().await {
        installed??;
    }
    becomes_true("each location has its system", async || {
        let guarded = guarded(&grace, &all).await?;
        Ok(guarded.iter().eq(locations.iter()))
    })
    .await
}

/// Waits for it.
async fn becomes_true(
    what: &str,
    is_true: impl AsyncFn() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let comes = async {
        let mut beat = interval(LOOK);
        while !is_true().await? {
            beat.tick().await;
        }
        anyhow::Ok(())
    };
    let came = timeout(PATIENCE, comes).await;
    came.with_context(|| format!("waited for: {what}"))?
}

/// The locations that somebody may disarm, which are those whose systems are in service.
async fn guarded(person: &Person, all: &Url) -> anyhow::Result<Vec<String>> {
    let mut all = all.clone();
    all.set_query(Some("limit=100"));
    let list = person.api.get(all).await?;
    let items = list.body["items"].as_array().context("no list")?;
    let locations = items
        .iter()
        .filter_map(|item| item["location"]["id"].as_str());
    let mut locations: Vec<_> = locations.map(str::to_owned).collect();
    locations.sort();
    Ok(locations)
}
