//! A table against a running service.

use chassis::client::http_client;
use chassis::openapi::{self, Route};
use reqwest::{Client, Method};
use serde_json::Value;
use url::Url;

use super::{Forgery, Kind};

/// An id that nobody has.
const NOBODY: &str = "0198c5a0-0000-7000-8000-0000000000ff";

/// What became of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thrown {
    /// The routes that it was thrown at: method, path and operation id.
    pub routes: Vec<String>,
    /// What should not have happened.
    pub misses: Vec<String>,
}

/// Sends each forgery to each route that the service's own document lists for this kind of caller,
/// at this address.
/// The genuine token goes first: a route that refuses it too would prove nothing.
///
/// # Errors
///
/// When the service does not answer, or its document does not say who a route is for.
pub async fn throw(
    (service, document): (&Url, &Value),
    kind: Kind,
    genuine: &str,
    forgeries: &[Forgery],
) -> anyhow::Result<Thrown> {
    let client = http_client()?;
    let mut thrown = Thrown::default();
    for route in openapi::routes(document)? {
        if !kind.takes(&route) {
            continue;
        }
        let name = format!("{} {} ({})", route.method, route.path, route.operation_id);
        if answer(&client, service, &route, genuine).await? == 401 {
            thrown
                .misses
                .push(format!("{name} refuses a genuine token"));
        }
        for forgery in forgeries {
            let status = answer(&client, service, &route, &forgery.token).await?;
            if status != forgery.status {
                thrown
                    .misses
                    .push(format!("{name} answers {status} to: {}", forgery.name));
            }
        }
        thrown.routes.push(name);
    }
    Ok(thrown)
}

impl Kind {
    fn takes(self, route: &Route) -> bool {
        match self {
            Self::User => route.kind == openapi::Kind::User,
            Self::Machine(_) => route.kind == openapi::Kind::Machine,
        }
    }
}

async fn answer(client: &Client, service: &Url, route: &Route, token: &str) -> anyhow::Result<u16> {
    // Every parameter is an id, or may as well be one.
    let path: Vec<_> = route
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { NOBODY } else { part })
        .collect();
    let method = Method::from_bytes(route.method.as_bytes())?;
    let request = client
        .request(method, service.join(&path.join("/"))?)
        .bearer_auth(token);
    Ok(request.send().await?.status().as_u16())
}
