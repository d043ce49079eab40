//! Who changed a system last, as far as this page has seen it.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::relative_time::RelativeTime;
use crate::live::Live;
use crate::model::change::Change;
use crate::model::system::System;

/// "Disarmed by Ada Ruiz, 2 s ago"; always one line, so that nothing moves. The list does not tell who made what it
/// shows, and a reader must not take that for "nobody": where it is not known here, it is said where it is to be read.
#[component]
pub fn ChangeLine(
    /// The system to show.
    system: Memo<System>,
    /// Whether the history stands on the same page.
    #[prop(optional)]
    with_history: bool,
) -> impl IntoView {
    let live = Live::here();
    let changed = Memo::new(move |_| system.with(|system| system.changed.clone()));
    let me = Memo::new(move |_| {
        live.session
            .with(|session| session.user().map(|me| me.user_id.clone()))
    });
    let fresh = Memo::new(move |_| {
        let now = live.now.get();
        let stands_out = |change: &Change| me.with(|me| change.stands_out(now, me.as_deref()));
        changed.with(|change| change.as_ref().is_some_and(stands_out))
    });
    // While the page was cut off, nobody told who it was.
    let missed = Memo::new(move |_| {
        live.systems
            .with(|systems| system.with(|system| systems.has_changed(&system.id)))
    });
    view! {
        <p class="change" class:fresh=fresh>
            {move || match changed.get() {
                Some(change) => {
                    EitherOf3::A(view! { {change.sentence()}", " <RelativeTime at=change.at /> })
                }
                None if missed.get() => EitherOf3::B("Changed while this page was not up to date"),
                None => {
                    let address = system.with(|system| format!("/systems/{}", system.id));
                    let place = system.with(|system| system.location.name.clone());
                    let way = view! { <a href=address>"Since when, and by whom"<span class="hidden">": "{place}</span></a> };
                    EitherOf3::C((!with_history).then_some(way))
                }
            }}
        </p>
    }
}
