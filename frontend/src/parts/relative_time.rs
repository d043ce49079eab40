//! How long ago something was.

use leptos::prelude::*;

use crate::browser::clock;
use crate::live::Live;
use crate::model::moment::Moment;

/// "5 min ago", kept true; the exact time on pointing at it.
#[component]
pub fn RelativeTime(
    /// When it was.
    at: Moment,
) -> impl IntoView {
    let live = Live::here();
    let ago = Memo::new(move |_| at.ago(live.now.get()));
    view! {
        <time datetime=clock::machine_readable(at) title=clock::date_and_time(at)>
            {ago}
        </time>
    }
}
