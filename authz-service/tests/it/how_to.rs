//! The page that shows the service alone says what happens.

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};
use testkit::port;
use testkit::supervise::Program;

const PAGE: &str = include_str!("../../../docs/how-to/decide-for-a-domain-of-your-own.md");

/// The texts between fences of this kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let fence = format!("```{kind}\n");
    let parts = PAGE.split(&fence).skip(1);
    parts
        .map(|part| part.split("```").next().unwrap())
        .collect()
}

fn shell(directory: &Path, script: &str) -> String {
    let here = Path::new(env!("CARGO_BIN_EXE_authz-service"))
        .parent()
        .unwrap();
    let path = format!("{}:{}", here.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-e", "-c", script])
        .current_dir(directory)
        .env("PATH", path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{script}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// What both of them say, of what the page shows.
fn shown(answer: &Value, page: &Value) -> Value {
    match (answer, page) {
        (Value::Object(answer), Value::Object(page)) => {
            let both = page
                .iter()
                .map(|(name, inner)| (name.clone(), shown(&answer[name], inner)));
            Value::Object(both.collect::<Map<_, _>>())
        }
        _ => answer.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_lines_are_enough() {
    let files = tempfile::tempdir().unwrap();
    let [prepare, serve, ask, snapshot] = blocks("sh").try_into().unwrap();
    let told = shell(files.path(), prepare);
    assert!(
        told.starts_with("policies: 1, cases passed: 0, facts: 2"),
        "{told}"
    );
    assert_eq!(shell(files.path(), snapshot), "facts: 2\n");
    let page: Value = serde_json::from_str(blocks("json")[0]).unwrap();
    for serve in [serve, &serve.replace("facts.json", "facts.snapshot")] {
        let answer = answer(files.path(), serve, ask).await;
        assert_eq!(shown(&answer, &page), page);
    }
}

/// What is answered by the service that is started so.
async fn answer(files: &Path, serve: &str, ask: &str) -> Value {
    let port = port::free().unwrap();
    let address = format!("127.0.0.1:{port}");
    let arguments = serve
        .trim()
        .strip_prefix("authz-service ")
        .unwrap()
        .split(' ');
    let program = Program::new(env!("CARGO_BIN_EXE_authz-service"))
        .args(arguments)
        .args(["--listen", &address]);
    let _serving = program.directory(files).start().await.unwrap();
    let ask = ask.replace("127.0.0.1:8080", &address).replace(
        "curl -s",
        "curl -s --retry 100 --retry-connrefused --retry-delay 0 --retry-max-time 30",
    );
    serde_json::from_str(&shell(files, &ask)).unwrap()
}
