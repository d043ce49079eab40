//! Who may arm and disarm, and since when, and until when.

use anyhow::{Context as _, ensure};
use chassis::clock::{Clock as _, SystemClock};
use demo_world::api::Api;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::{Value, json};
use url::Url;

use crate::town::Story;

/// Accounts of the demo world, each with the path on which it may disarm Harbor Tower.
const PATHS: [(&str, &str); 5] = [
    ("tower-guard@blue-harbor.example", "location"),
    ("disarmer@blue-harbor.example", "customer"),
    ("technician@keystone.example", "dealer"),
    ("operator@watchtower.example", "provider"),
    ("installer@keystone.example", "team"),
];

/// Along each path, under every strategy, the same grant is what history names.
pub async fn five_paths_lead_to_arming_and_disarming(story: Story) -> anyhow::Result<()> {
    let armer = story.caller("armer@blue-harbor.example").await?;
    let tower = tower(&story)?;
    for (email, path) in PATHS {
        let person = story.caller(email).await?;
        for strategy in Strategy::LIVE {
            let by = [("authorization-strategy", strategy.as_str())];
            let disarm = json!({ "action": "DISARM" });
            let answer = person.send(Method::PUT, tower.clone(), &by, Some(&disarm));
            let answer = answer.await?;
            ensure!(
                answer.body["state"] == "DISARMED",
                "{email}: {}",
                answer.body
            );
            ensure!(answer.header("authorization-strategy") == Some(strategy.as_str()));
            let newest = newest(&person, &tower).await?;
            let grants = newest["authorizedBy"]["grants"].as_array();
            let grants = grants.context("no grants in history")?;
            let named = grants.iter().any(|grant| grant["path"] == path);
            ensure!(named, "{email} by {strategy}: {newest}");
            let arm = json!({ "action": "ARM" });
            let again = armer.put(tower.clone(), None, &arm).await?;
            ensure!(again.body["state"] == "ARMED", "{}", again.body);
        }
    }
    Ok(())
}

/// Whoever is deprived of a role is told no from then on, though the token is still good.
pub async fn what_is_revoked_counts_no_more(story: Story) -> anyhow::Result<()> {
    let customer = story.customer("Maple House").await?;
    let system = story.system(&customer.opens("House").await?).await?;
    let grace = customer
        .hires("grace", &["SECURITY_SYSTEM_DISARMER"])
        .await?;
    let may = story.disarm(&grace, &system).await?;
    ensure!(may.status == StatusCode::OK, "{}", may.body);
    for round in 0..3 {
        customer.grants(&grace, &["SECURITY_SYSTEM_VIEWER"]).await?;
        let refused = story.disarm(&grace, &system).await?;
        ensure!(
            refused.status == StatusCode::FORBIDDEN,
            "round {round}: {}",
            refused.body
        );
        customer
            .grants(&grace, &["SECURITY_SYSTEM_DISARMER"])
            .await?;
        let may = story.disarm(&grace, &system).await?;
        ensure!(may.status == StatusCode::OK, "round {round}: {}", may.body);
    }
    Ok(())
}

/// A shift that was over an hour ago, and one that goes on for an hour.
pub async fn a_shift_begins_and_ends(story: Story) -> anyhow::Result<()> {
    let customer = story.customer("Night Owl").await?;
    let system = story.system(&customer.opens("Owl").await?).await?;
    let grace = customer
        .hires("grace", &["SECURITY_SYSTEM_DISARMER"])
        .await?;
    let (now, hour) = (SystemClock.now(), SignedDuration::from_hours(1));
    for (hours, status) in [
        (window(now - hour, now + hour), StatusCode::OK),
        (window(now - hour * 2, now - hour), StatusCode::FORBIDDEN),
        (window(now - hour, now + hour), StatusCode::OK),
    ] {
        customer.schedules(&grace, json!([hours])).await?;
        let answer = story.disarm(&grace, &system).await?;
        ensure!(answer.status == status, "{hours}: {}", answer.body);
    }
    Ok(())
}

/// Who comes in place of a dealer has what that one had, and nobody has both.
pub async fn another_dealer_is_appointed(story: Story) -> anyhow::Result<()> {
    let customer = story.customer("Twin Gates").await?;
    let location = customer.opens("Gate").await?;
    let system = story.system(&location).await?;
    let (one, other) = (
        story.dealer("First Choice").await?,
        story.dealer("Second Choice").await?,
    );
    let tess = one.hires("tess", &["SECURITY_SYSTEM_DISARMER"]).await?;
    let theo = other.hires("theo", &["SECURITY_SYSTEM_DISARMER"]).await?;
    for (dealer, serves, serves_not) in [(&one, &tess, &theo), (&other, &theo, &tess)] {
        customer.appoints(dealer, &location).await?;
        let may = story.disarm(serves, &system).await?;
        ensure!(may.status == StatusCode::OK, "{}", may.body);
        let hidden = story.disarm(serves_not, &system).await?;
        ensure!(hidden.status == StatusCode::NOT_FOUND, "{}", hidden.body);
    }
    Ok(())
}

/// A panel reports, whoever may disarm acknowledges, and the system goes on guarding.
pub async fn an_alarm_is_raised_and_acknowledged(story: Story) -> anyhow::Result<()> {
    let customer = story.customer("Bell Tower").await?;
    let system = story.system(&customer.opens("Tower").await?).await?;
    let alarms: Url = format!("{system}/alarms").parse()?;
    let armer = customer.hires("arno", &["SECURITY_SYSTEM_ARMER"]).await?;
    let grace = customer
        .hires("grace", &["SECURITY_SYSTEM_DISARMER"])
        .await?;
    let panel = story.panel().await?;

    // Where nobody guards, nothing is alarmed.
    let report = async || {
        let report = panel.send(Method::POST, alarms.clone(), &[], None);
        let status = report.await?.status;
        ensure!(status == StatusCode::ACCEPTED, "the panel is told {status}");
        anyhow::Ok(())
    };
    report().await?;
    let quiet = grace.api.get(system.clone()).await?;
    ensure!(quiet.body["state"] == "DISARMED", "{}", quiet.body);

    let arm = json!({ "action": "ARM" });
    armer.api.put(system.clone(), None, &arm).await?;
    for strategy in Strategy::LIVE {
        let by = [("authorization-strategy", strategy.as_str())];
        let acknowledge = async |person: &Api| {
            let body = json!({ "action": "ACKNOWLEDGE" });
            person
                .send(Method::PUT, system.clone(), &by, Some(&body))
                .await
        };
        report().await?;
        let refused = acknowledge(&armer.api).await?;
        ensure!(refused.status == StatusCode::FORBIDDEN, "{}", refused.body);
        let confirmed = acknowledge(&grace.api).await?;
        ensure!(confirmed.body["state"] == "ARMED", "{}", confirmed.body);
        let newest = newest(&grace.api, &system).await?;
        let [action, from] = ["action", "from"].map(|field| newest[field].as_str());
        ensure!(
            (action, from) == (Some("ACKNOWLEDGE"), Some("ALARMED")),
            "{newest}"
        );
    }
    Ok(())
}

/// A window of this hour on this day of the week, over midnight too.
fn window(start: Timestamp, end: Timestamp) -> Value {
    let [start, end] = [start, end].map(|at| at.to_zoned(TimeZone::UTC));
    let day = start.strftime("%A").to_string().to_uppercase();
    json!({ "day": day, "start": start.strftime("%H:%M").to_string(), "end": end.strftime("%H:%M").to_string() })
}

fn tower(story: &Story) -> anyhow::Result<Url> {
    let id = &story.town.world.ids.systems["Harbor Tower"];
    let path = format!("/securitysystems/{id}");
    Ok(story.town.addresses.security_system.join(&path)?)
}

async fn newest(person: &Api, system: &Url) -> anyhow::Result<Value> {
    let history = person.get(format!("{system}/history").parse()?).await?;
    Ok(history.body["items"][0].clone())
}
