//! The mark: a shield that holds a switch's I and O.

use leptos::prelude::*;

/// The mark and the name, leading to the systems.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <a class="brand" href="/" aria-label="RealGuardIO, systems">
            <svg class="brand-mark" viewBox="0 0 32 36" aria-hidden="true" focusable="false">
                <path class="brand-shield" d="M16 1 30 5.5V17c0 9-6 15-14 18C8 32 2 26 2 17V5.5z" />
                <path class="brand-sign" d="M16 8.5v9 M11.2 12.3a8 8 0 1 0 9.6 0" />
            </svg>
            <span class="brand-name" aria-hidden="true">
                "RealGuard"
                <b>"IO"</b>
            </span>
        </a>
    }
}
