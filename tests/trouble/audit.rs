//! Whether what was accepted is there, once, and everybody says so.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use testkit::nats::Published;
use tokio::time::timeout;
use url::Url;

use super::Verdict;
use super::clerk::Clerk;
use super::desk::Written;
use super::journal::{Complaint, Thing};
use super::jury::Jury;
use crate::house::House;

/// Longer than security-system-service ever lets an installation wait.
const LATEST: Duration = Duration::from_mins(6);

/// What a thing and its event both say, if they say it at all.
const FIELDS: [&str; 7] = [
    "name",
    "roles",
    "state",
    "locationRoles",
    "schedule",
    "members",
    "dealerId",
];

/// What each publisher has said, by subject.
type Said = BTreeMap<String, Published>;

/// Looks at everything.
pub(super) async fn examine(house: &House, written: Written) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::default();
    installed(house, &written).await;
    let said = said(house, &written, &mut verdict).await?;
    for mut clerk in written.clerks {
        for thing in std::mem::take(&mut clerk.journal) {
            look(&mut clerk, &thing, &said).await?;
            clerk.journal.push(thing);
        }
        names(&mut clerk).await?;
        verdict.add(clerk.verdict);
    }
    let disagreements = Jury::summon(house).await?.agree().await?;
    verdict.disagreements.extend(disagreements);
    Ok(verdict)
}

/// Waits for the systems that were accepted and not installed at once: a kill came in between, and the
/// service asks again, later and later. One that never comes is missed afterwards.
async fn installed(house: &House, written: &Written) {
    let things = written.clerks.iter().flat_map(|clerk| &clerk.journal);
    for thing in things.filter(|thing| thing.kind.1 == "security-system") {
        let subject = thing.subject();
        let appears = house.appears(thing.kind.0, &subject);
        let _ = timeout(LATEST, appears).await;
    }
}

/// Waits until all that was written is published, and reads it.
async fn said(house: &House, written: &Written, verdict: &mut Verdict) -> anyhow::Result<Said> {
    let mut said = Said::new();
    for (source, position) in written.seen.writes().iter() {
        let mut last = 0;
        for published in house.published(source, position.position).await? {
            let position: i64 = published.position.parse()?;
            if position <= last {
                Complaint::Doubled.told(
                    verdict,
                    &format!("{source} published {position} after {last}"),
                );
            }
            last = position;
            said.insert(published.subject.clone(), published);
        }
    }
    Ok(said)
}

/// Whether a thing, and what was said of it, are as they were accepted.
async fn look(clerk: &mut Clerk, thing: &Thing, said: &Said) -> anyhow::Result<()> {
    let subject = thing.subject();
    let Some(event) = said.get(&subject) else {
        Complaint::Lost.told(
            &mut clerk.verdict,
            &format!("nothing was published of {subject}"),
        );
        return Ok(());
    };
    let Some(version) = thing.version else {
        return Ok(());
    };
    let there = clerk.read(thing.url.clone()).await?;
    let complain = match &there {
        None if thing.gone => None,
        Some(_) if thing.gone => Some(Complaint::Lost),
        None => Some(Complaint::Lost),
        Some(body) => match body["version"].as_i64().cmp(&Some(version)) {
            std::cmp::Ordering::Less => Some(Complaint::Lost),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(Complaint::Doubled),
        },
    };
    if let Some(complaint) = complain {
        let found = there.clone().unwrap_or_default();
        complaint.told(&mut clerk.verdict, &format!("{thing:?} is {found}"));
    }
    let agrees = event.version == version.to_string()
        && there
            .as_ref()
            .map_or_else(|| event.state.is_null(), |body| agree(body, &event.state));
    if !agrees {
        Complaint::Disagreement.told(
            &mut clerk.verdict,
            &format!("{thing:?} is {there:?}, and {event:?} was published"),
        );
    }
    if thing.kind.1 == "security-system" {
        history(clerk, thing, version, event).await?;
    }
    Ok(())
}

/// Whether a thing and its event say the same, as far as both say something.
fn agree(body: &Value, state: &Value) -> bool {
    FIELDS
        .iter()
        .all(|field| match (body.get(field), state.get(field)) {
            (None, _) | (_, None) => true,
            (Some(Value::Array(here)), Some(Value::Array(there))) => set(here) == set(there),
            (here, there) => here == there,
        })
}

fn set(values: &[Value]) -> BTreeSet<String> {
    values.iter().map(Value::to_string).collect()
}

/// Whether each version came about once, and the last is what is published.
async fn history(
    clerk: &mut Clerk,
    system: &Thing,
    version: i64,
    event: &Published,
) -> anyhow::Result<()> {
    let url = format!("{}/history", system.url).parse()?;
    let entries = clerk.list(&url).await?;
    let versions: Vec<_> = entries
        .iter()
        .map(|entry| entry["version"].as_i64())
        .collect();
    let expected: Vec<_> = (2..=version).rev().map(Some).collect();
    if versions != expected {
        let (complaint, count) = (Complaint::Disagreement, entries.len());
        complaint.told(
            &mut clerk.verdict,
            &format!("{url} has {count} entries for {version} versions"),
        );
    }
    if entries
        .first()
        .is_some_and(|newest| newest["to"] != event.state["state"])
    {
        let complaint = format!("{url} does not end with {}", event.state);
        Complaint::Disagreement.told(&mut clerk.verdict, &complaint);
    }
    Ok(())
}

/// Whether everything that has a name is in its list once, and nothing else is.
async fn names(clerk: &mut Clerk) -> anyhow::Result<()> {
    let mut lists: BTreeMap<Url, BTreeMap<String, usize>> = BTreeMap::new();
    for thing in &clerk.journal {
        if let Some(name) = &thing.name {
            let names = lists.entry(thing.list()?).or_default();
            names.insert(name.clone(), usize::from(!thing.gone));
        }
    }
    let open = clerk.open();
    for (list, expected) in lists {
        let found = counted(&clerk.list(&list).await?);
        for (name, count) in &expected {
            if found.get(name).copied().unwrap_or_default() < *count {
                Complaint::Lost.told(&mut clerk.verdict, &format!("{name} in {list}"));
            }
        }
        for (name, count) in found {
            // Nobody said what became of it, or it has been there from the beginning.
            let other = usize::from(open.contains(&name) || !name.contains(char::is_numeric));
            let expected = expected.get(&name).copied().unwrap_or(other);
            // Whoever is hired is a user too.
            let hired = name.contains("-service.");
            if count > expected.max(usize::from(hired)) {
                Complaint::Doubled.told(&mut clerk.verdict, &format!("{name} in {list}"));
            }
        }
    }
    Ok(())
}

/// How often each name is in a list; users go by their addresses.
fn counted(items: &[Value]) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for item in items {
        let name = item["email"].as_str().or_else(|| item["name"].as_str());
        // What was renamed begins as it was created.
        let name = name.and_then(|name| name.split(',').next());
        *counted
            .entry(name.unwrap_or_default().to_owned())
            .or_default() += 1;
    }
    counted
}
