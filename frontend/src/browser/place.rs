//! Where the browser is, and sending it elsewhere.

use js_sys::encode_uri_component;
use leptos::prelude::{document, window};
use web_sys::HtmlElement;

/// Leaves for the sign-in page, to come back to this one.
pub fn sign_in() {
    go(&sign_in_address());
}

/// Where to sign in, to come back to this page.
#[must_use]
pub fn sign_in_address() -> String {
    let here = window().location();
    let path = here.pathname().unwrap_or_default() + &here.search().unwrap_or_default();
    format!("/bff/login?returnTo={}", encode_uri_component(&path))
}

/// Makes the page anew, as whoever comes to it now would see it.
pub fn reload() {
    // It fails only where the browser forbids to navigate, as below.
    let _ = window().location().reload();
}

/// Leaves for another address, without a way back: there is nothing to see here without a session.
pub fn go(address: &str) {
    // It fails only where the browser forbids to navigate; then staying is all that can be done.
    let _ = window().location().replace(address);
}

/// Names the page in the tab, and whether there is an alarm anywhere.
pub fn title(page: &str, alarm: bool) {
    let alarm = if alarm { "ALARM · " } else { "" };
    document().set_title(&format!("{alarm}{page} · RealGuardIO"));
}

/// Says that the program has stopped: from now on nothing that is shown follows what happens.
pub fn stopped() {
    let notice = document().create_element("p").and_then(|notice| {
        notice.set_class_name("stopped");
        notice.set_attribute("role", "alert")?;
        notice.set_text_content(Some(
            "RealGuardIO has stopped because of a fault. What you see is no longer kept up to date: reload the page.",
        ));
        Ok(notice)
    });
    // Where even this fails, the console has the fault.
    if let (Some(body), Ok(notice)) = (document().body(), notice) {
        let _ = body.prepend_with_node_1(&notice);
    }
}

/// Puts the focus there.
pub fn focus(element: &HtmlElement) {
    // Without focus the page is still there to be read.
    let _ = element.focus();
}
