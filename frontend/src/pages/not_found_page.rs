//! An address that leads nowhere.

use leptos::prelude::*;

use crate::parts::page_heading::PageHeading;

/// Says so, and leads back.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <div class="page narrow">
            <PageHeading title=Signal::stored("There is no such page".to_owned()) />
            <div class="panel empty">
                <p>"The address may be mistyped, or from another version."</p>
                <p><a href="/">"Go to the systems that you may see"</a></p>
            </div>
        </div>
    }
}
