//! Forms that only our own pages can send.
//!
//! The browser holds a random cookie, and the form a ticket made of it. Another site can make a browser send the cookie,
//! but cannot know the ticket.

use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maud::{Markup, html};
use rand::Rng as _;

use crate::app::App;
use crate::domain::ticket::Purpose;
use crate::http::cookies::Cookies;
use crate::http::parameters::Parameters;

/// Marks forms, and knows marked ones.
pub(in crate::http) struct Forms<'a> {
    pub(in crate::http) app: &'a App,
    pub(in crate::http) cookies: &'a Cookies,
}

/// The hidden field of a marked form.
#[derive(Debug, Clone)]
pub(in crate::http) struct Mark(String);

impl Mark {
    pub(in crate::http) fn field(&self) -> Markup {
        html! { input type="hidden" name="csrf" value=(self.0); }
    }
}

impl Forms<'_> {
    /// A mark for the forms of one page, and the cookie that goes with it: the same one for all tabs of a browser.
    pub(in crate::http) fn mark(&self, jar: CookieJar) -> (CookieJar, Mark) {
        if let Some(cookie) = self.cookies.form(&jar).filter(|cookie| is_random(cookie)) {
            let mark = self.made_of(cookie);
            return (jar, mark);
        }
        let mut random = [0; 32];
        self.app.randomness.rng().fill_bytes(&mut random);
        let cookie = URL_SAFE_NO_PAD.encode(random);
        let mark = self.made_of(&cookie);
        (self.cookies.set_form(jar, cookie), mark)
    }

    /// Whether a form was marked for this browser.
    pub(in crate::http) fn is_ours(&self, jar: &CookieJar, form: &Parameters) -> bool {
        let opened = form
            .get("csrf")
            .and_then(|mark| self.app.secrets.open(Purpose::Form, mark));
        match (opened, self.cookies.form(jar)) {
            (Some(opened), Some(cookie)) => opened == cookie.as_bytes(),
            _ => false,
        }
    }

    fn made_of(&self, cookie: &str) -> Mark {
        Mark(self.app.secrets.ticket(Purpose::Form, cookie.as_bytes()))
    }
}

fn is_random(cookie: &str) -> bool {
    URL_SAFE_NO_PAD
        .decode(cookie)
        .is_ok_and(|bytes| bytes.len() == 32)
}
