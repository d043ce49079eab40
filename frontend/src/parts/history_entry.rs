//! One thing that happened to a system.

use leptos::either::Either;
use leptos::prelude::*;

use super::icon::{NotedIcon, StateIcon};
use super::relative_time::RelativeTime;
use crate::browser::clock;
use crate::model::change::Happening;
use crate::model::history::{Authorization, Entry};

/// Who did what and when, and why it was allowed.
#[component]
pub fn HistoryEntry(
    /// What happened.
    entry: Entry,
) -> impl IntoView {
    let sentence = entry.sentence();
    let icon = match entry.action {
        Happening::Acknowledged => Either::Left(view! { <NotedIcon /> }),
        _ => Either::Right(view! { <StateIcon state=entry.to /> }),
    };
    view! {
        <li class="entry">
            {icon}
            <div>
                <p class="entry-what">{sentence}</p>
                <p class="entry-when">
                    <RelativeTime at=entry.at />
                    {format!(" · {}", clock::date_and_time(entry.at))}
                    {entry.from.map(|from| format!(" · {} → {}", from.word(), entry.to.word()))}
                </p>
                {entry.authorized_by.map(|authorization| view! { <Allowed authorization /> })}
            </div>
        </li>
    }
}

#[component]
fn Allowed(authorization: Authorization) -> impl IntoView {
    let provenance = authorization.provenance();
    let grants = authorization
        .grants
        .iter()
        .map(|grant| view! { <li>{grant.sentence()}</li> })
        .collect_view();
    view! {
        <div class="allowed">
            <p>"Allowed by"</p>
            <ul>{grants}</ul>
            {provenance.map(|provenance| view! { <p class="figures">{provenance}</p> })}
        </div>
    }
}
