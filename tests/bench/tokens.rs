//! How large tokens become that tell facts, in the header and in the cookie.
//!
//! What people of the demo world have is read from tokens that iam-service issued. Whoever is not in it is made up: a
//! technician of a dealer with so many locations, a guard with a role at each of so many. Beside it stands what the shape
//! would take that lists the ids of all systems for each operation, without a schedule.

use access::{Employment, Facts, Location, Operation, Organization, SystemRole};
use anyhow::Context as _;
use demo_world::api::Api;
use iam_claims::Claims;
use outbox::ConsistencyToken;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Report;
use crate::house::House;

/// What iam-service leaves room for in a token.
const ROOM: usize = iam_service::app::ROOM;
/// A session's own id and times, encrypted with it.
const SEALED: usize = 200;
/// Beyond this the BFF leaves the token in the session record.
const COOKIE: usize = 3_900;

const PEOPLE: [&str; 4] = [
    "viewer@blue-harbor.example",
    "tower-guard@blue-harbor.example",
    "night-watch@blue-harbor.example",
    "technician@keystone.example",
];

pub(super) async fn measure(house: &House) -> anyhow::Result<Report> {
    let mut rows = Vec::new();
    let mut figures = Vec::new();
    let plain = house.caller(PEOPLE[0]).await?.token().len();
    let mut tell = |who: String, token: usize, claim: usize, lists: usize, overflow: bool| {
        let cookie = written(token) + SEALED;
        let kept = if cookie > COOKIE { "record" } else { "cookie" };
        rows.push(vec![
            who.clone(),
            claim.to_string(),
            token.to_string(),
            kept.to_owned(),
            if overflow { "claimsOverflow" } else { "" }.to_owned(),
            lists.to_string(),
        ]);
        figures.push(json!({
            "who": who, "claimBytes": claim, "tokenBytes": token, "cookieBytes": cookie,
            "overflow": overflow, "listsBytes": lists,
        }));
    };
    tell(
        "nobody: a token without facts".to_owned(),
        plain,
        0,
        0,
        false,
    );
    for email in PEOPLE {
        let person = house.provided(email).await?;
        let mut accounts = house.world.accounts.iter();
        let account = accounts.find(|account| account.email == email);
        let user = account.context("no such account")?.user_id.parse()?;
        let claims = house.claims(user, &ConsistencyToken::new()).await?;
        let token = person.token().len();
        let sees = sees(house, &person).await?;
        let overflow = claims.reach().is_err();
        tell(
            email.to_owned(),
            token,
            claims.size(),
            lists(&sees),
            overflow,
        );
    }
    for locations in [10, 50, 100, 1_000, 10_000] {
        for (who, claims) in [
            ("guard at", guard(locations)),
            ("technician of a dealer of", technician(locations)),
        ] {
            let claims = claims.within(ROOM);
            let lists = lists(&vec![3; locations as usize]);
            let overflow = claims.reach().is_err();
            let token = plain + written(claims.size());
            let who = format!("{who} {locations} locations");
            tell(who, token, claims.size(), lists, overflow);
        }
    }
    Ok(Report {
        name: "tokens",
        about: "Bytes of the claim, of the token with it in the header, where the BFF keeps it, and of lists of system ids instead.",
        columns: vec![
            "who",
            "claim",
            "token",
            "kept in",
            "left out",
            "lists of ids",
        ],
        rows,
        figures: figures.into(),
    })
}

/// How many of the operations are allowed on each system.
async fn sees(house: &House, person: &Api) -> anyhow::Result<Vec<usize>> {
    let all = house.addresses.security_system.join("/securitysystems")?;
    let list = person.get(all).await?;
    let items = list.body["items"].as_array().cloned().unwrap_or_default();
    let missing = |item: &Value| item["missing"].as_object().map_or(0, serde_json::Map::len);
    Ok(items
        .iter()
        .map(|item| Operation::ALL.len() - missing(item))
        .collect())
}

/// `"DISARM":["…","…"],` for each operation.
fn lists(operations: &[usize]) -> usize {
    let ids: usize = operations.iter().sum();
    ids * "\"01936d00-0000-7000-8000-0000000000b1\",".len() + Operation::ALL.len() * 12
}

/// As JSON becomes text in a token, and a token in a cookie.
const fn written(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// Ids as they are made: of no pattern that matters.
fn id<T: From<Uuid>>(n: u32) -> T {
    Uuid::from_u128(0x0193_6d00_0000_7000_8000_0000_0000_0000 | u128::from(n)).into()
}

fn employed(organization: Organization, roles: &[SystemRole]) -> Employment {
    Employment {
        id: id(1),
        user: id(2),
        organization,
        organization_name: "Keystone Security".to_owned(),
        roles: roles.iter().copied().collect(),
        location_roles: [].into(),
        schedule: None,
    }
}

const BOTH: [SystemRole; 2] = [SystemRole::Armer, SystemRole::Disarmer];

fn guard(locations: u32) -> Claims {
    let mut guard = employed(Organization::Customer(id(3)), &[]);
    let at = (0..locations).map(|n| (id(100 + n), BOTH.into()));
    guard.location_roles = at.collect();
    gathered(guard, &[])
}

fn technician(locations: u32) -> Claims {
    let served = (0..locations).map(|n| Location {
        id: id(100 + n),
        name: String::new(),
        customer: id(3),
        customer_name: String::new(),
        dealer: Some(id(4)),
        provider: None,
    });
    let technician = employed(Organization::Dealer(id(4)), &BOTH);
    gathered(technician, &served.collect::<Vec<_>>())
}

fn gathered(employment: Employment, locations: &[Location]) -> Claims {
    let facts = Facts {
        location: None,
        employments: vec![employment],
        teams: Vec::new(),
    };
    Claims::gathered(&facts, Some(locations), ConsistencyToken::new(), 0)
}
