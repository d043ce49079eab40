//! The page's HTML.

use maud::{Markup, html};

use crate::http::demo_accounts::DemoAccount;
use crate::http::page::{Mark, layout, notice, way_to_mailbox};

/// What the page shows.
pub(super) struct View<'a> {
    pub(super) mark: &'a Mark,
    /// The query of the request that waits, as it came.
    pub(super) request: &'a str,
    pub(super) email: &'a str,
    pub(super) notice: Option<&'a str>,
    /// In a demonstration: the accounts that anybody may use.
    pub(super) accounts: Option<&'a [DemoAccount]>,
}

impl View<'_> {
    pub(super) fn render(&self) -> Markup {
        layout(
            "Sign in",
            &html! {
                div class="columns" {
                    div class="entry" {
                        h1 { "Sign in" }
                        @if let Some(text) = self.notice { (notice(text)) }
                        (self.form())
                        p { a href="/forgot-password" { "Forgot your password?" } }
                        @if self.accounts.is_some() { (way_to_mailbox()) }
                    }
                    @if let Some(accounts) = self.accounts { (self.demo(accounts)) }
                }
            },
        )
    }

    fn form(&self) -> Markup {
        html! {
            form method="post" action="/sign-in" {
                (self.hidden())
                div class="field" {
                    label for="email" { "E-mail" }
                    input id="email" name="email" type="email" autocomplete="username" required
                        maxlength="254" value=(self.email) autofocus[self.email.is_empty()]
                        aria-invalid=[self.invalid()] aria-describedby=[self.described_by()];
                }
                div class="field" {
                    label for="password" { "Password" }
                    input id="password" name="password" type="password" autocomplete="current-password" required
                        maxlength="256" autofocus[!self.email.is_empty()]
                        aria-invalid=[self.invalid()] aria-describedby=[self.described_by()];
                }
                button type="submit" { "Sign in" }
            }
        }
    }

    fn hidden(&self) -> Markup {
        html! {
            (self.mark.field())
            input type="hidden" name="request" value=(self.request);
        }
    }

    fn invalid(&self) -> Option<&'static str> {
        self.notice.map(|_| "true")
    }

    fn described_by(&self) -> Option<&'static str> {
        self.notice.map(|_| "notice")
    }

    fn demo(&self, accounts: &[DemoAccount]) -> Markup {
        html! {
            section class="demo" aria-labelledby="demo" {
                h2 id="demo" { span class="badge" { "Demo" } " Sign in as …" }
                @if accounts.is_empty() { p class="hint" { "The accounts are still being made. Reload in a moment." } }
                ul {
                    @for account in accounts {
                        li {
                            form method="post" action="/sign-in" {
                                (self.hidden())
                                input type="hidden" name="email" value=(account.email);
                                input type="hidden" name="password" value=(account.password);
                                button class="account" type="submit" {
                                    b { (breakable(&account.email)) }
                                    span { (account.may) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// An address that may wrap before its `@`.
fn breakable(email: &str) -> Markup {
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    html! { (local) wbr; span class="unbroken" { "@" (domain) } }
}
