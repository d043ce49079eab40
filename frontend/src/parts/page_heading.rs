//! The heading of a page, which also names the tab.

use leptos::html;
use leptos::prelude::*;

use crate::browser::place;
use crate::live::Live;

/// Has a page been shown before this one? On the first, the browser itself puts the focus right.
#[derive(Clone, Copy)]
pub struct Arrivals(StoredValue<bool>);

impl Default for Arrivals {
    fn default() -> Self {
        Self(StoredValue::new(false))
    }
}

/// Takes the focus when the reader comes from another page, so that it is read out where they are now.
#[component]
pub fn PageHeading(
    /// What the page is about.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    let Arrivals(before) = expect_context();
    let heading = NodeRef::<html::H1>::new();
    let live = Live::here();
    let alarm = Memo::new(move |_| {
        live.systems
            .with(|systems| systems.alarmed().next().is_some())
    });
    // An alarm is seen from another tab too.
    Effect::new(move |_| place::title(&title.get(), alarm.get()));
    heading.on_load(move |heading| {
        if before.get_value() {
            // The page is being put in its place: the next frame shows it, and can focus it.
            request_animation_frame(move || place::focus(&heading));
        }
        before.set_value(true);
    });
    view! {
        <h1 node_ref=heading tabindex="-1">
            {title}
        </h1>
    }
}
