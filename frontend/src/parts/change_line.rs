//! Who changed a system last.

use leptos::either::Either;
use leptos::prelude::*;

use super::relative_time::RelativeTime;
use crate::live::Live;
use crate::model::change::Change;
use crate::model::system::System;

/// "Disarmed by Ada Ruiz, 2 s ago"; always one line, so that nothing moves. A reader must not take an empty one for
/// "nobody".
#[component]
pub fn ChangeLine(
    /// The system to show.
    system: Memo<System>,
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
    view! {
        <p class="change" class:fresh=fresh>
            {move || {
                if let Some(change) = changed.get() {
                    Either::Left(view! { {change.sentence()}", " <RelativeTime at=change.at /> })
                } else {
                    let untouched = system.with(System::is_untouched);
                    Either::Right(untouched.then_some("Nothing has happened yet"))
                }
            }}
        </p>
    }
}
