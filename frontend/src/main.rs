//! Starts the user interface in the browser.

use leptos::prelude::*;

fn main() {
    std::panic::set_hook(Box::new(|fault| {
        console_error_panic_hook::hook(fault);
        frontend::browser::place::stopped();
    }));
    mount_to_body(frontend::app::App);
}
