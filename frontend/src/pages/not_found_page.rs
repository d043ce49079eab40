//! An address that leads nowhere.

use leptos::prelude::*;

use crate::parts::page_heading::PageHeading;

/// Says so, and leads back.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeading title=Signal::stored("There is no such page".to_owned()) />
            <p>
                "The address may be mistyped, or from another version. "
                <a href="/">"Go to the systems"</a>
                "."
            </p>
        </div>
    }
}
