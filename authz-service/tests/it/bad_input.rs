//! Whatever comes, the answer is bounded, and the fault is not ours.

use serde_json::{Value, json};

use crate::library::{CLERK, Library, may};

const PATHS: [&str; 5] = [
    "/access/v1/evaluation",
    "/access/v1/evaluations",
    "/access/v1/search/subject",
    "/access/v1/search/resource",
    "/access/v1/search/action",
];

#[tokio::test]
async fn what_is_no_question_is_refused() {
    let library = Library::open().await;
    let bodies = [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "7".to_owned(),
        "[]".to_owned(),
        "\"\"".to_owned(),
        "{}".to_owned(),
        format!("[{}]", may("ada", "read", "atlas")),
        format!("{}{}", may("ada", "read", "atlas"), "x"),
        r#"{"subject": 1, "subject": 2}"#.to_owned(),
        r#"{"subject": ["User", "ada"], "action": ["read"], "resource": ["Book", "atlas"]}"#
            .to_owned(),
        "[".repeat(30_000),
        format!("{{\"context\":{}", "{\"a\":".repeat(10_000)),
        "\u{0}".to_owned(),
    ];
    for path in PATHS {
        for body in &bodies {
            let answer = library.send(CLERK, path, body.clone()).await;
            let shown: String = body.chars().take(60).collect();
            assert_eq!(answer.status, 400, "{path} {shown}");
        }
        let huge = library.send(CLERK, path, " ".repeat(70_000)).await;
        assert_eq!(huge.status, 413, "{path}");
    }
}

#[tokio::test]
async fn wrong_types_are_refused_field_by_field() {
    let library = Library::open().await;
    let wrong = [Value::Null, json!(1), json!([]), json!("x"), json!(true)];
    for field in [
        "/subject",
        "/subject/id",
        "/subject/type",
        "/action",
        "/action/name",
        "/resource",
        "/resource/id",
    ] {
        for value in &wrong {
            let mut question = may("ada", "read", "atlas");
            let fits = field.matches('/').count() == 2 && value.is_string();
            *question.pointer_mut(field).unwrap() = value.clone();
            let answer = library.ask("/access/v1/evaluation", question).await;
            let expected = if fits { [200, 400].as_slice() } else { &[400] };
            assert!(
                expected.contains(&answer.status),
                "{field} {value} {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn depth_size_and_number_have_bounds() {
    let library = Library::open().await;
    let deep = (0..100).fold(json!("end"), |inner, _| json!({ "more": inner }));
    let wide: serde_json::Map<String, Value> = (0..3000)
        .map(|number| (format!("field{number}"), json!(number)))
        .collect();
    for properties in [
        deep,
        Value::Object(wide),
        json!({ "pages": "x".repeat(50_000) }),
    ] {
        let mut question = may("ada", "read", "atlas");
        question["resource"]["properties"] = properties.clone();
        question["context"] = json!({ "hour": 9 });
        let answer = library.ask("/access/v1/evaluation", question).await;
        assert!([200, 400].contains(&answer.status), "{answer:?}");
    }
    let mut question = may("ada", "read", "atlas");
    question["evaluations"] = vec![json!({}); 10_000].into();
    library
        .ask("/access/v1/evaluations", question.clone())
        .await
        .expect(413);
    question["evaluations"] = vec![json!({}); 1000].into();
    let answer = library
        .ask("/access/v1/evaluations", question)
        .await
        .expect(200);
    assert_eq!(answer["evaluations"].as_array().unwrap().len(), 1000);
    for limit in [json!(-1), json!(1.5), json!("1"), json!(1e300)] {
        let question = json!({
            "subject": { "type": "User", "id": "ada" }, "action": { "name": "read" }, "resource": { "type": "Book" },
            "page": { "limit": limit },
        });
        library
            .ask("/access/v1/search/resource", question)
            .await
            .expect(400);
    }
}
