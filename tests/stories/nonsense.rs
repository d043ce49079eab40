//! What nobody sensible sends, sent to every route of every service that any document lists: bodies made from what the
//! route says that it takes, with nonsense in each place; ids, queries and headers at their limits and past them.
//!
//! A service may refuse it, or take it. It may not fail: a status of 500 and above says that it did, or that it could not
//! tell, and with all services up and well neither is true.

mod bodies;

use std::collections::BTreeMap;

use anyhow::Context as _;
use chassis::openapi::{Kind, Route, routes};
use demo_world::{
    api::Api,
    cast::{DEALER_ONBOARDING, PLATFORM_ADMINISTRATOR},
    clients::PANEL,
    services::SERVICES,
};
use reqwest::{Client, Method, RequestBuilder, header};
use serde_json::Value;
use url::{Url, form_urlencoded};

use stories::house::House;

use self::bodies::{Ids, bodies};

/// An id that nobody has.
const NOBODY: &str = "0198c5a0-0000-7000-8000-0000000000ff";

/// Who looks whether everything is there still.
const WITNESS: &str = "disarmer@blue-harbor.example";

/// What stands in a path instead of an id.
const NO_IDS: [&str; 9] = [
    NOBODY,
    "00000000-0000-0000-0000-000000000000",
    "0198C5A0000070008000000000000000FF",
    "%00",
    "%FF",
    "%F0%9F%92%A9",
    "..%2F..%2Fhealth",
    "-1",
    "9223372036854775808",
];

/// What stands in a query instead of a value.
const NO_VALUES: [&str; 9] = [
    "",
    "0",
    "-1",
    "100000000000000000000",
    "x",
    "\u{0}",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "\u{202e}",
    "2026-13-32T25:61:61Z",
];

/// What headers of ours hold that cannot be, or come to.
const NO_HEADERS: [(&str, &str); 9] = [
    ("if-match", "\"99999999999999999999\""),
    ("if-match", "\"-1\""),
    ("if-match", "*"),
    ("idempotency-key", "\t \t"),
    ("consistency-token", ")("),
    (
        "consistency-token",
        "customer-service=\"99999999999999999999:1\"",
    ),
    ("authorization-strategy", "guess"),
    ("traceparent", "00-x-y-01"),
    ("content-type", "text/plain"),
];

#[tokio::test]
async fn no_route_of_any_service_fails_at_nonsense() -> anyhow::Result<()> {
    let house = House::start().await?;
    let witness = house.caller(WITNESS).await?;
    let before = systems_seen(&house, &witness).await?;
    // Who signs in does so before anybody has thrown anything.
    let mut places = Vec::new();
    for (name, url, document) in house.documents().await? {
        let mut tokens = Vec::new();
        for person in people_at(name) {
            tokens.push(house.caller(person).await?.token().to_owned());
        }
        places.push((name, url, document, tokens));
    }
    let mut thrower = Thrower {
        client: house.client.clone(),
        answers: BTreeMap::new(),
        failures: Vec::new(),
    };
    for (name, url, document, people) in &places {
        let ids = ids(&house, name)?;
        for route in routes(document)? {
            let tokens: Vec<Option<String>> = match route.kind {
                Kind::Public => vec![None],
                Kind::User => people.iter().cloned().map(Some).collect(),
                Kind::Machine => vec![Some(machine(&house, name, document, &route).await?)],
            };
            for (nth, token) in tokens.into_iter().enumerate() {
                let target = Target {
                    service: name,
                    url,
                    document,
                    route: &route,
                    ids: &ids,
                    token,
                    is_first: nth == 0,
                };
                thrower.throw_at(&target).await?;
            }
        }
    }
    let answers = thrower.answers;
    println!("by status: {answers:?}");
    assert_eq!(thrower.failures, [""; 0]);
    let looked_at = |status| answers.get(&status).is_some_and(|count| *count > 100);
    assert!(looked_at(200) && looked_at(422), "{answers:?}");
    let after = systems_seen(&house, &witness).await?;
    assert_eq!(after, before, "what was stored is there still");
    Ok(())
}

/// The ids of the systems that somebody sees whose rights nobody here changes.
async fn systems_seen(house: &House, witness: &Api) -> anyhow::Result<Vec<Value>> {
    let list = house.addresses.security_system.join("/securitysystems")?;
    let list = witness.get(list).await?.body;
    let items = list["items"].as_array().context("no list")?;
    Ok(items.iter().map(|item| item["id"].clone()).collect())
}

/// Who may do something at a service, so that what they send is looked at.
fn people_at(service: &str) -> Vec<&'static str> {
    let platform = PLATFORM_ADMINISTRATOR.email;
    match service {
        "iam-service" => vec![platform],
        "customer-service" => vec!["admin@blue-harbor.example", platform],
        "dealer-service" => vec!["admin@keystone.example", DEALER_ONBOARDING.email],
        "monitoring-service" => vec!["admin@watchtower.example", platform],
        "security-system-service" => vec![WITNESS, platform],
        "authz-service" => vec!["policy-author@realguardio.example"],
        _ => vec![],
    }
}

/// Ids that a service knows: of what the witness does not need.
fn ids(house: &House, service: &str) -> anyhow::Result<Ids> {
    let ids = &house.world.ids;
    let (employee, team) = match service {
        "dealer-service" => ("installer@keystone.example", "Installers"),
        "monitoring-service" => ("weekend-operator@watchtower.example", "no team"),
        _ => ("viewer@blue-harbor.example", "Night Watch"),
    };
    let of = |id: Option<&String>| id.map_or(NOBODY, String::as_str).to_owned();
    Ok([
        ("customerId", of(ids.customers.get("Blue Harbor Offices"))),
        ("locationId", of(ids.locations.get("Harbor Annex"))),
        ("securitySystemId", of(ids.systems.get("Harbor Annex"))),
        ("systemId", of(ids.systems.get("Harbor Annex"))),
        ("dealerId", of(ids.dealers.get("Keystone Security"))),
        (
            "monitoringProviderId",
            of(ids.providers.get("Watchtower Monitoring")),
        ),
        ("employeeId", of(ids.employees.get(employee))),
        ("teamId", of(ids.teams.get(team))),
        (
            "userId",
            house
                .world
                .account("viewer@blue-harbor.example")?
                .user_id
                .clone(),
        ),
        ("operation", "disarm".to_owned()),
        ("version", "1".to_owned()),
    ]
    .into())
}

/// A token of a client with the scope that a route asks for.
async fn machine(
    house: &House,
    service: &str,
    document: &Value,
    route: &Route,
) -> anyhow::Result<String> {
    let operation = &document["paths"][&route.path][route.method.to_lowercase()];
    let scope = operation["security"][0]["machine"][0]
        .as_str()
        .with_context(|| format!("{} asks for no scope", route.operation_id))?;
    let may = |scopes: &[(&str, &[&str])]| {
        let mut scopes = scopes.iter();
        scopes.any(|(at, scopes)| *at == service && scopes.contains(&scope))
    };
    let client = SERVICES.iter().find(|client| may(client.scopes));
    let client = client.map_or(PANEL, |client| client.name);
    house.machine(client, service).await
}

/// A route, and who comes to it.
struct Target<'a> {
    service: &'a str,
    url: &'a Url,
    document: &'a Value,
    route: &'a Route,
    ids: &'a Ids,
    token: Option<String>,
    /// Nobody came before.
    is_first: bool,
}

impl Target<'_> {
    /// The path, with this instead of each id, or with the ids of what there is.
    fn path(&self, id: Option<&str>) -> String {
        let part = |part| match str::strip_prefix(part, '{') {
            Some(name) => {
                let known = self.ids.get(name.trim_end_matches('}'));
                id.unwrap_or_else(|| known.map_or(NOBODY, String::as_str))
            }
            None => part,
        };
        self.route
            .path
            .split('/')
            .map(part)
            .collect::<Vec<_>>()
            .join("/")
    }

    fn request(&self, client: &Client, path: &str) -> anyhow::Result<RequestBuilder> {
        let method = Method::from_bytes(self.route.method.as_bytes())?;
        let url = self.url.join(path)?;
        let request = client.request(method, url);
        Ok(match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
    }

    /// The names that a query may hold.
    fn query(&self) -> Vec<&str> {
        let method = self.route.method.to_lowercase();
        let operation = &self.document["paths"][&self.route.path][method];
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters
            .filter(|parameter| parameter["in"] == "query")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect()
    }
}

/// Throws, and keeps what broke.
struct Thrower {
    client: Client,
    /// How many there were, by their status.
    answers: BTreeMap<u16, usize>,
    failures: Vec<String>,
}

impl Thrower {
    async fn throw_at(&mut self, target: &Target<'_>) -> anyhow::Result<()> {
        let real = target.path(None);
        let bodies = if ["POST", "PUT", "PATCH"].contains(&target.route.method.as_str()) {
            bodies(target.document, target.route, target.ids)
        } else {
            Vec::new()
        };
        let sensible = bodies.first().map(|body| body.bytes.clone());
        for (nth, body) in bodies.into_iter().enumerate() {
            let request = with_json(target.request(&self.client, &real)?, body.bytes);
            let status = self.send(target, &body.what, request).await?;
            // Whoever may not do it is told no more of what they send than somebody was before.
            if nth == 0 && !target.is_first && [403, 404].contains(&status) {
                return Ok(());
            }
        }
        let request = |path: &str| {
            let request = target.request(&self.client, path)?;
            anyhow::Ok(match &sensible {
                Some(body) => with_json(request, body.clone()),
                None => request,
            })
        };
        let mut requests = Vec::new();
        if target.route.path.contains('{') {
            for id in NO_IDS {
                requests.push((id.to_owned(), request(&target.path(Some(id)))?));
            }
        }
        // Nothing is removed that is there.
        let elsewhere = target.path(Some(NOBODY));
        let safe = if target.route.method == "DELETE" {
            &elsewhere
        } else {
            &real
        };
        for name in target.query() {
            for value in NO_VALUES {
                let query: String = form_urlencoded::Serializer::new(String::new())
                    .append_pair(name, value)
                    .finish();
                requests.push((query.clone(), request(&format!("{safe}?{query}"))?));
            }
        }
        for (name, value) in NO_HEADERS {
            let request = request(safe)?.header(name, value);
            requests.push((format!("{name}: {value}"), request));
        }
        for (what, request) in requests {
            self.send(target, &what, request).await?;
        }
        Ok(())
    }

    async fn send(
        &mut self,
        target: &Target<'_>,
        what: &str,
        request: RequestBuilder,
    ) -> anyhow::Result<u16> {
        let Route { method, path, .. } = target.route;
        let told = format!("{}: {method} {path}: {what}", target.service);
        let answer = request.send().await;
        let answer = answer.with_context(|| format!("no answer to {told}"))?;
        let status = answer.status();
        *self.answers.entry(status.as_u16()).or_default() += 1;
        let body = answer.text().await.with_context(|| told.clone())?;
        if status.is_server_error() {
            self.failures.push(format!("{told}: {status} {body}"));
        }
        Ok(status.as_u16())
    }
}

fn with_json(request: RequestBuilder, body: Vec<u8>) -> RequestBuilder {
    request
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
}
