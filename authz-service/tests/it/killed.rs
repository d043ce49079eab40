//! The service is killed while policies are exchanged and it is asked: every answer is of one version, and none is lost.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use chassis::client::http_client;
use chassis::clock::{Clock as _, SystemClock};
use http::StatusCode;
use serde_json::{Value, json};
use testkit::clock::TestClock;
use testkit::port;
use testkit::supervise::{Process, Program};
use tokio::sync::watch;

use crate::kept::{Library, POLICIES, SCHEMA};
use crate::library::{VISITOR, may};
use crate::policies::AUTHOR;

/// How long the program may take to listen.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often policies are exchanged before each kill, which comes in the middle of one more.
const EXCHANGES: usize = 3;
const ROUNDS: usize = 3;
const CALLERS: usize = 8;

/// Whether Ada may read the atlas, and by the policies of which digest that is so.
type Told = (bool, String);

/// Somebody who calls the program.
#[derive(Clone)]
struct Caller {
    client: reqwest::Client,
    address: SocketAddr,
    /// Of a policy administrator.
    token: String,
}

impl Caller {
    /// Nothing, if it is not there, or not yet.
    async fn ask(&self) -> Option<Told> {
        let request = self
            .client
            .post(format!("http://{}/access/v1/evaluation", self.address))
            .bearer_auth(VISITOR)
            .json(&may("ada", "read", "atlas"));
        let answer = request.send().await.ok()?;
        let status = answer.status();
        let answer: Value = answer.json().await.ok()?;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let version = answer["context"]["policyVersion"].as_str()?.to_owned();
        Some((answer["decision"].as_bool()?, version))
    }

    /// Whether it was done.
    async fn promote(&self, version: i64) -> bool {
        let request = self
            .client
            .put(format!("http://{}/policies/active", self.address))
            .bearer_auth(&self.token)
            .json(&json!({ "version": version }));
        let Ok(answer) = request.send().await else {
            return false;
        };
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        assert_eq!(status, StatusCode::OK, "{text}");
        true
    }

    async fn start(&self, library: &Library) -> anyhow::Result<Process> {
        let program = Program::new(env!("CARGO_BIN_EXE_authz-service"))
            .args(&library.arguments)
            .args(["--listen", &self.address.to_string()])
            .args(["--facts-deadline", "4s"]);
        let listening = |line: &str| line.contains("listening");
        let (process, _) = program.start_until(listening, PATIENCE).await?;
        Ok(process)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_of_one_version_also_when_it_is_killed() -> anyhow::Result<()> {
    let library = Library::open_at(TestClock::starting(SystemClock.now())).await;
    let [open, closed] = versions(&library).await;
    let caller = Caller {
        client: http_client()?,
        address: ([127, 0, 0, 1], port::free()?).into(),
        token: library.token(AUTHOR),
    };
    let right = |(allowed, version): &Told| {
        assert!([&open, &closed].contains(&version), "{version}");
        assert_eq!(*allowed, *version == open, "{version}");
    };
    for _ in 0..ROUNDS {
        let process = caller.start(&library).await?;
        // Nothing is answered before it is known what was promoted.
        let active = active(&library).await;
        let first = caller.ask().await.context("it does not answer")?;
        assert_eq!(&first.1, [&open, &closed][active]);
        let askers: Vec<_> = (0..CALLERS)
            .map(|_| tokio::spawn(until_killed(caller.clone())))
            .collect();
        let (done, mut exchanges) = watch::channel(0);
        let promoter = tokio::spawn(exchange(caller.clone(), active, done));
        exchanges.wait_for(|count| *count >= EXCHANGES).await?;
        process.kill().await;
        let mut told = Vec::new();
        for asker in askers {
            told.extend(asker.await?);
        }
        told.iter().for_each(right);
        let of = |version: &String| told.iter().filter(|told| told.1 == *version).count();
        assert!(
            of(&open) > 0 && of(&closed) > 0,
            "{} and {}",
            of(&open),
            of(&closed)
        );
        // The last that was acknowledged, or the one that was under way.
        let (done, tried) = promoter.await?;
        let active = self::active(&library).await;
        assert!([done, tried].contains(&active), "{done}, {tried}, {active}");
    }
    Ok(())
}

/// The digests of what is shipped, and of version 1, under which nobody reads anything.
async fn versions(library: &Library) -> [String; 2] {
    let [author, approver] = library.people();
    let case = json!({
        "name": "nobody reads", "allowed": false,
        "principal": "User::\"x\"", "action": "Action::\"read\"", "resource": "Book::\"y\"",
    });
    let closed = r#"@id("closed") forbid (principal, action == Action::"read", resource);"#;
    let files = json!({
        "library.cedarschema": SCHEMA, "library.cedar": format!("{POLICIES}\n{closed}"),
        "library.cases.json": json!({ "facts": [], "cases": [case] }).to_string(),
    });
    let body = json!({ "note": "closed", "files": files });
    let version = author.post("/policies/versions", body).await;
    let closed = version.is(StatusCode::OK)["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    let approval = "/policies/versions/1/approval";
    approver.post(approval, json!({})).await.is(StatusCode::OK);
    let shipped = author.get("/policies/versions/0").await.is(StatusCode::OK);
    [shipped["digest"].as_str().unwrap().to_owned(), closed]
}

/// Which of the two is active, as another instance reads it.
async fn active(library: &Library) -> usize {
    let [reader, _] = library.people();
    let active = reader.get("/policies/active").await.is(StatusCode::OK);
    usize::try_from(active["version"].as_u64().unwrap()).unwrap()
}

/// All answers until there are no more.
async fn until_killed(caller: Caller) -> Vec<Told> {
    let mut all = Vec::new();
    while let Some(told) = caller.ask().await {
        all.push(told);
    }
    all
}

/// Promotes one and the other until nobody answers: the last that was acknowledged, and the last that was tried.
async fn exchange(
    caller: Caller,
    mut active: usize,
    exchanged: watch::Sender<usize>,
) -> (usize, usize) {
    loop {
        let next = 1 - active;
        if !caller
            .promote(i64::try_from(next).unwrap_or_default())
            .await
        {
            return (active, next);
        }
        active = next;
        // Once it is asked, as it has to be, the next.
        while let Some((allowed, _)) = caller.ask().await {
            if allowed == (active == 0) {
                exchanged.send_modify(|count| *count += 1);
                break;
            }
        }
    }
}
