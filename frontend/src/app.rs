//! The application: what every page has around it, and which address shows which page.

use std::time::Duration;

use leptos::either::EitherOf4;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::browser::clock;
use crate::live::Live;
use crate::model::session::Session;
use crate::model::trouble::Trouble;
use crate::pages::not_found_page::NotFoundPage;
use crate::pages::signed_out_page::SignedOutPage;
use crate::pages::strategies_page::StrategiesPage;
use crate::pages::system_page::SystemPage;
use crate::pages::systems_page::SystemsPage;
use crate::parts::disarm_dialog::{DisarmDialog, Question};
use crate::parts::lost_failures::LostFailures;
use crate::parts::overview::Overview;
use crate::parts::page_heading::Arrivals;
use crate::parts::site_header::SiteHeader;
use crate::parts::trouble_panel::TroublePanel;

#[derive(Clone, PartialEq)]
enum Content {
    Waiting,
    Failed(Trouble),
    Pages,
    SignedOut,
}

/// Everything, as soon as it is known who is signed in; and no longer than somebody is.
#[component]
pub fn App() -> impl IntoView {
    let live = Live::new(clock::now());
    provide_context(live);
    provide_context(Arrivals::default());
    live.start();
    let content = Memo::new(move |_| {
        live.session.with(|session| match session {
            Session::Unknown { because: None } | Session::Entering => Content::Waiting,
            Session::Unknown {
                because: Some(trouble),
            } => Content::Failed(trouble.clone()),
            Session::Open(_) | Session::Leaving(_) => Content::Pages,
            Session::Over => Content::SignedOut,
        })
    });
    move || match content.get() {
        Content::Waiting => EitherOf4::A(view! { <Waiting /> }),
        Content::Failed(trouble) => EitherOf4::B(view! { <NotOpened trouble /> }),
        Content::Pages => EitherOf4::C(view! { <Pages /> }),
        Content::SignedOut => EitherOf4::D(view! { <SignedOutPage /> }),
    }
}

/// How long a page may be waited for in silence.
const PATIENCE: Duration = Duration::from_secs(2);

/// The same as in `index.html`, so that nothing moves when the program takes over; and after a while what is waited for.
#[component]
fn Waiting() -> impl IntoView {
    let session = Live::here().session;
    let long = RwSignal::new(false);
    set_timeout(
        move || {
            long.try_set(true);
        },
        PATIENCE,
    );
    let words = move || {
        let entering = session.with(|session| *session == Session::Entering);
        match (long.get(), entering) {
            (false, _) => "Opening RealGuardIO…",
            (true, true) => "The sign-in page does not answer yet. It is still waited for.",
            (true, false) => "RealGuardIO does not answer yet. It is still waited for.",
        }
    };
    view! {
        <div class="waiting" role="status">
            {words}
        </div>
    }
}

#[component]
fn NotOpened(trouble: Trouble) -> impl IntoView {
    let live = Live::here();
    let retry = move || spawn_local(live.recognize());
    view! {
        <main class="page narrow">
            <TroublePanel headline="RealGuardIO could not be opened." trouble retry />
        </main>
    }
}

#[component]
fn Pages() -> impl IntoView {
    provide_context(Question::default());
    view! {
        <Router>
            <a class="skip" href="#content" rel="external">"Skip to the content"</a>
            <SiteHeader />
            <Overview />
            <main id="content" tabindex="-1">
                <LostFailures />
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=SystemsPage />
                    <Route path=path!("/systems/:id") view=SystemPage />
                    <Route path=path!("/strategies") view=StrategiesPage />
                </Routes>
            </main>
            <DisarmDialog />
        </Router>
    }
}
