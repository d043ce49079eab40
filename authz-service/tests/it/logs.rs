//! The logs are read in pages that cost what they hold, and as lines; searches are in them too.

use authz_service::http::ROLE;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use testkit::postgres::TestDatabase;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::owners::{Owners, may};
use crate::policies::{AUTHOR, people};
use crate::telling::{ALARM, DANA, disarm, told_under};

/// As it is asked by the service.
const LIST: &str = include_str!("../../src/store/decisions/list.sql");

const MANY: &str = "
    insert into decision (at, caller, subject, action, resource, question, outcome, policies, policy_version, revision,
                          facts_at, facts_age_ms)
    select timestamptz '2026-11-22 12:00+00' + n * interval '1 second',
           case when n % 5000 = 0 then 'rare' else 'busy' end, 'user-' || n % 1000, 'view', 'system-' || n % 700, '{}',
           case when n % 7000 = 0 then 'UNDECIDED' else 'ALLOWED' end, '{view}', 'version-' || n / 15000, 1, '', 0
    from generate_series(1, 30000) n;
    analyze decision;";

/// How many rows are looked at for a page of fifty, and by what.
async fn looked_at(database: &TestDatabase, wanted: &[(usize, &str)]) -> (f64, String) {
    let mut tx = database.pool().begin().await.unwrap();
    sqlx::raw_sql("set local plan_cache_mode = force_custom_plan")
        .execute(&mut *tx)
        .await
        .unwrap();
    let explain = format!("explain (analyze, format json) {LIST}");
    let mut query = sqlx::query_scalar::<_, Value>(AssertSqlSafe(explain));
    let given = |number: usize| {
        let mut wanted = wanted.iter();
        wanted.find(|(at, _)| *at == number).map(|(_, text)| *text)
    };
    let moment = |number| {
        given(number)
            .map(|at| at.parse().unwrap())
            .map(jiff_sqlx_of)
    };
    query = query
        .bind(moment(1))
        .bind(given(2).map(|at| at.parse::<i64>().unwrap()));
    for number in 3..=8 {
        query = query.bind(given(number));
    }
    query = query.bind(moment(9)).bind(moment(10)).bind(50_i64);
    let plan = query.fetch_one(&mut *tx).await.unwrap();
    let (mut most, mut by) = (0.0_f64, Vec::new());
    let mut ahead = vec![&plan[0]["Plan"]];
    while let Some(node) = ahead.pop() {
        let rows = |name: &str| node[name].as_f64().unwrap_or_default();
        most = most.max(rows("Actual Rows") + rows("Rows Removed by Filter"));
        by.push(format!("{} {}", node["Node Type"], node["Index Name"]));
        ahead.extend(node["Plans"].as_array().into_iter().flatten());
    }
    (most, by.join(" of "))
}

fn jiff_sqlx_of(at: jiff::Timestamp) -> jiff_sqlx::Timestamp {
    jiff_sqlx::ToSqlx::to_sqlx(at)
}

/// Whatever is looked for, and wherever in the log.
#[tokio::test]
async fn a_page_costs_what_it_holds() {
    let owners = Owners::silent().await;
    let pool = owners.database.pool();
    sqlx::raw_sql(MANY).execute(pool).await.unwrap();
    let halfway: [(usize, &str); 2] = [(1, "2026-11-22T16:00:00Z"), (2, "14400")];
    let early: [(usize, &str); 2] = [(9, "2026-11-22T12:30:00Z"), (10, "2026-11-22T13:00:00Z")];
    for wanted in [
        &[][..],
        &[(3, "rare")],
        &[(3, "busy")],
        &[(3, "nobody")],
        &[(4, "user-17")],
        &[(6, "system-17")],
        &[(7, "UNDECIDED")],
        &[(8, "version-0")],
        &halfway,
        &early,
        &[halfway[0], halfway[1], (4, "user-17")],
        &[early[0], early[1], (3, "rare")],
    ] {
        let (rows, by) = looked_at(&owners.database, wanted).await;
        assert!(rows <= 55.0, "{wanted:?}: {rows} rows by {by}");
        assert!(!by.contains("Seq Scan"), "{wanted:?}: {by}");
    }
}

#[tokio::test]
async fn all_of_it_is_had_as_lines() {
    let mut owners = told_under(&[]).await;
    let mut batch = disarm();
    batch["evaluations"] = vec![json!({}); 600].into();
    owners.ask("evaluations", None, batch).await;
    owners.may(may(DANA, "view", ALARM)).await;
    owners.record().await;
    let [reader, _] = people(&owners);
    let export = async |query: &str| {
        let token = owners.token(AUTHOR, &[ROLE]);
        let request = Request::get(format!("/decisions/export?{query}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(axum::body::Body::empty())
            .unwrap();
        let answer = owners.router().clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(
            answer.headers()[header::CONTENT_TYPE],
            "application/x-ndjson"
        );
        let text = answer.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(text.to_vec()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect::<Vec<Value>>()
    };
    let all = export("").await;
    assert_eq!(all.len(), 601);
    let mut ids: Vec<_> = all
        .iter()
        .map(|line| line["id"].as_i64().unwrap())
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 601, "each once");
    assert!(all.iter().all(|line| line["facts"].is_array()));
    assert_eq!(export("action=view").await.len(), 1);
    assert_eq!(export("caller=nobody").await.len(), 0);
    let refused = reader.get("/decisions/export?outcome=MAYBE").await;
    refused.names("outcome");
}

#[tokio::test]
async fn searches_are_recorded_with_how_many_were_found() {
    let mut owners = told_under(&[]).await;
    let question = disarm();
    let [user, system] = [&question["subject"], &question["resource"]];
    let action = json!({ "name": "view" });
    let searches = [
        (
            "search/subject",
            json!({ "subject": { "type": "User" }, "action": action, "resource": system }),
        ),
        (
            "search/resource",
            json!({ "subject": user, "action": action, "resource": { "type": "System" } }),
        ),
        (
            "search/action",
            json!({ "subject": user, "resource": system, "context": { "secret": "x" } }),
        ),
        (
            "condition",
            json!({ "subject": user, "action": action, "resource": { "type": "System", "attribute": "location" }, "limit": 9 }),
        ),
    ];
    for (path, question) in searches {
        let (status, answer) = owners.ask(path, None, question).await;
        assert_eq!(status, 200, "{answer}");
    }
    owners.record().await;
    let [reader, _] = people(&owners);
    let page = reader.get("/searches?limit=3").await.is(StatusCode::OK);
    let rest = format!("/searches?page={}", page["nextPage"].as_str().unwrap());
    let rest = reader.get(&rest).await.is(StatusCode::OK);
    let items = [&page, &rest].map(|page| page["items"].as_array().unwrap().clone());
    let items = items.concat();
    let told: Vec<_> = items
        .iter()
        .map(|item| json!([item["kind"], item["found"], item["more"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["VALUES", 1, false]),
            json!(["ACTIONS", 3, false]),
            json!(["RESOURCES", 1, false]),
            json!(["SUBJECTS", 1, false]),
        ]
    );
    let thing =
        |kind: &str, id: u128| json!({ "type": kind, "id": Uuid::from_u128(id), "properties": {} });
    assert_eq!(
        items[1]["question"],
        json!({ "subject": thing("User", DANA), "resource": thing("System", ALARM), "context": {} })
    );
    assert_eq!(
        items[0]["question"],
        json!({
            "subject": thing("User", DANA), "action": { "name": "view" }, "context": {},
            "resource": { "type": "System", "attribute": "location" },
        })
    );
    let nobodys = reader.get("/searches?caller=nobody").await;
    assert_eq!(nobodys.is(StatusCode::OK)["items"], json!([]));
}
