//! The application: what every page has around it, and which address shows which page.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::browser::clock;
use crate::live::Live;
use crate::pages::not_found_page::NotFoundPage;
use crate::pages::system_page::SystemPage;
use crate::pages::systems_page::SystemsPage;
use crate::parts::disarm_dialog::{DisarmDialog, Question};
use crate::parts::lost_failures::LostFailures;
use crate::parts::overview::Overview;
use crate::parts::page_heading::Arrivals;
use crate::parts::site_header::SiteHeader;

/// Everything.
#[component]
pub fn App() -> impl IntoView {
    let live = Live::new(clock::now());
    provide_context(live);
    provide_context(Question::default());
    provide_context(Arrivals::default());
    live.start();
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
                </Routes>
            </main>
            <DisarmDialog />
        </Router>
    }
}
