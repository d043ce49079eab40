//! Bodies made from what a route says that it takes: one as it should be, and then that with nonsense wherever it may stand.

use std::collections::BTreeMap;

use chassis::{http::MAX_BODY, openapi::Route};
use serde_json::{Map, Value, json};

use super::NOBODY;

/// How deep schemas are followed: some name themselves.
const DEPTH: usize = 8;

/// Real ids, by what a path or a body calls them.
pub(super) type Ids = BTreeMap<&'static str, String>;

/// A body, and what is wrong with it.
pub(super) struct Body {
    pub(super) what: String,
    pub(super) bytes: Vec<u8>,
}

/// What a route is sent that takes JSON. The first is as it should be, as far as the document tells; the last are no JSON.
pub(super) fn bodies(document: &Value, route: &Route, ids: &Ids) -> Vec<Body> {
    let operation = &document["paths"][&route.path][route.method.to_lowercase()];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let sensible = Examples { document, ids }.of(schema, "", DEPTH);
    let mut bodies = vec![Body {
        what: "a sensible body".to_owned(),
        bytes: sensible.to_string().into_bytes(),
    }];
    for place in places(&sensible) {
        for nonsense in nonsense() {
            bodies.extend(with(&sensible, &place, nonsense));
        }
        bodies.extend(without(&sensible, &place));
    }
    bodies.extend(no_json());
    bodies
}

struct Examples<'a> {
    document: &'a Value,
    ids: &'a Ids,
}

impl Examples<'_> {
    /// Something that fits a schema, for a field of this name.
    fn of(&self, schema: &Value, name: &str, depth: usize) -> Value {
        let Some(depth) = depth.checked_sub(1) else {
            return Value::Null;
        };
        if let Some(reference) = schema["$ref"].as_str() {
            let found = self.document.pointer(reference.trim_start_matches('#'));
            return self.of(found.unwrap_or(&Value::Null), name, depth);
        }
        let some = |choices: &str| {
            let mut choices = schema[choices].as_array().into_iter().flatten();
            choices.find(|choice| choice["type"] != "null")
        };
        if let Some(choice) = some("oneOf").or_else(|| some("anyOf")) {
            return self.of(choice, name, depth);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().map(|part| self.of(part, name, depth));
            return together(parts);
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        match kind(schema) {
            "object" => self.object(schema, depth),
            "array" => json!([self.of(&schema["items"], name, depth)]),
            "integer" | "number" => json!(1),
            "boolean" => json!(true),
            _ => json!(self.text(schema, name)),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let mut object: Map<_, _> = properties
            .map(|(name, schema)| (name.clone(), self.of(schema, name, depth)))
            .collect();
        if schema["additionalProperties"].is_object() {
            let key = self.text(&schema["propertyNames"], "");
            object.insert(key, self.of(&schema["additionalProperties"], "", depth));
        }
        object.into()
    }

    fn text(&self, schema: &Value, name: &str) -> String {
        let text = match (schema["format"].as_str(), name) {
            (Some("uuid"), name) => self.ids.get(name).map_or(NOBODY, String::as_str),
            (Some("date-time"), _) => "2026-10-19T15:00:00Z",
            (Some("date"), _) => "2026-10-19",
            (_, "email") => "nobody@nowhere.example",
            (_, "timeZone" | "zone") => "Europe/Madrid",
            (_, "start") => "08:00",
            (_, "end") => "17:00",
            _ => "Something",
        };
        text.to_owned()
    }
}

/// The type that a schema asks for: the first where there are several.
fn kind(schema: &Value) -> &str {
    let kinds = &schema["type"];
    let named = kinds.as_array().into_iter().flatten().chain([kinds]);
    let mut named = named.filter_map(Value::as_str);
    let implied = if schema["properties"].is_object() {
        "object"
    } else {
        "string"
    };
    named.find(|kind| *kind != "null").unwrap_or(implied)
}

/// One object of several.
fn together(parts: impl Iterator<Item = Value>) -> Value {
    let mut all = Map::new();
    for part in parts {
        match part {
            Value::Object(fields) => all.extend(fields),
            other => return other,
        }
    }
    all.into()
}

/// Where something stands in a value, itself first.
fn places(value: &Value) -> Vec<String> {
    let below = |(key, value): (String, &Value)| {
        let key = key.replace('~', "~0").replace('/', "~1");
        let places = places(value).into_iter();
        places.map(move |place| format!("/{key}{place}"))
    };
    let mut all = vec![String::new()];
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.clone(), value));
            all.extend(fields.flat_map(below));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            all.extend(
                items
                    .map(|(at, value)| (at.to_string(), value))
                    .flat_map(below),
            );
        }
        _ => {}
    }
    all
}

/// What no field is meant to hold, or hardly any.
fn nonsense() -> Vec<Value> {
    let deep = (0..100).fold(json!("x"), |inner, _| json!([inner]));
    vec![
        Value::Null,
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("a\u{0}b"),
        json!("\u{202e}\u{feff}\u{301}"),
        json!("x".repeat(300)),
        json!("x".repeat(20_000)),
        json!("'; drop table users; --"),
        json!("../../etc/passwd"),
        json!(NOBODY),
        json!("9999-12-31T23:59:59.999999999Z"),
        json!("-009999-01-01T00:00:00Z"),
        json!("24:00"),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(i64::MIN),
        json!(u64::MAX),
        json!([]),
        json!({}),
        json!([null]),
        json!({ "": null }),
        json!(vec!["x"; 1000]),
        deep,
    ]
}

/// A sensible body with nonsense at a place.
fn with(sensible: &Value, place: &str, nonsense: Value) -> Option<Body> {
    let mut body = sensible.clone();
    let text = nonsense.to_string();
    let shown: String = text.chars().take(40).collect();
    *body.pointer_mut(place)? = nonsense;
    Some(Body {
        what: format!("{shown} at {place:?}"),
        bytes: body.to_string().into_bytes(),
    })
}

/// A sensible body without what stands at a place.
fn without(sensible: &Value, place: &str) -> Option<Body> {
    let (object, key) = place.rsplit_once('/')?;
    let mut body = sensible.clone();
    body.pointer_mut(object)?.as_object_mut()?.remove(key)?;
    Some(Body {
        what: format!("nothing at {place:?}"),
        bytes: body.to_string().into_bytes(),
    })
}

fn no_json() -> impl Iterator<Item = Body> {
    let large = format!("\"{}\"", "x".repeat(MAX_BODY));
    let texts = [
        ("nothing", Vec::new()),
        ("half an object", b"{\"name\":".to_vec()),
        ("no UTF-8", b"{\"name\":\"\xff\xfe\"}".to_vec()),
        ("half a character", b"{\"name\":\"\\ud800\"}".to_vec()),
        ("a name twice", b"{\"name\":\"a\",\"name\":\"b\"}".to_vec()),
        ("more than one", b"{} {}".to_vec()),
        ("depth", b"[".repeat(10_000)),
        ("a number without end", b"1".repeat(10_000)),
        ("too much", large.into_bytes()),
    ];
    texts.into_iter().map(|(what, bytes)| Body {
        what: what.to_owned(),
        bytes,
    })
}
