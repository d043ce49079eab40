//! Somebody was signed in, and nobody is any more.

use leptos::prelude::*;

use crate::browser::place;
use crate::parts::brand::Brand;
use crate::parts::page_heading::PageHeading;

/// Says so, shows nothing else, and leaves it to the person to sign in again.
#[component]
pub fn SignedOutPage() -> impl IntoView {
    view! {
        <main class="page narrow">
            <Brand />
            <div class="panel">
                <PageHeading title=Signal::stored("You are signed out".to_owned()) />
                <p>
                    "The session has ended: somebody signed out in this browser, or it was ended elsewhere. This page no longer follows any system."
                </p>
                <p>
                    <a class="button arm" href=place::sign_in_address() rel="external">
                        "Sign in"
                    </a>
                </p>
            </div>
        </main>
    }
}
