//! The clients that the page on the identity provider shows are those of the demo.

use std::fs;
use std::path::Path;

use demo_world::clients::{PANEL, SCRIPTS, clients};
use serde_json::Value;

#[test]
fn the_page_shows_the_clients_of_the_demo() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/how-to/run-the-identity-provider.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, block) = page.split_once("```json").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let shown: Value = serde_json::from_str(block).unwrap();

    let app = "https://app.example/".parse().unwrap();
    let mut demo = clients(&app, &app, |_| Ok("…".to_owned())).unwrap();
    // Who plays a person at a terminal, and who a building: there is none of them elsewhere.
    let played = |client: &Value| client["clientId"] == SCRIPTS || client["clientId"] == PANEL;
    demo.as_array_mut()
        .unwrap()
        .retain(|client| !played(client));
    assert_eq!(shown, demo);
}
